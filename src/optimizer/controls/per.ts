import { z } from 'zod'

/**
 * What is controlled as one vector: all weights of a layer, or by itself each neuron's incoming weights, a row of a dense
 * layer and an output channel of a convolution.
 */
export const perSchema = z.enum(['layer', 'neuron'])
