import { z } from 'zod'

/**
 * The vectors that a control acts on: all weights of a layer as one, or the incoming weights of each neuron by themselves,
 * that is a row of a dense layer's weight or an output channel of a convolution's.
 */
export const perSchema = z.enum(['layer', 'neuron'])

/** The words for this option. */
export const perWords = ({ per }: { per: z.output<typeof perSchema> }) => ({ per: `per ${per}` })
