import { z } from 'zod'
import { crossEntropySchema } from './cross-entropy.js'
import { kerasCrossEntropySchema } from './keras-cross-entropy.js'

export const lossSchema = z.discriminatedUnion('type', [crossEntropySchema, kerasCrossEntropySchema])

/** The loss whose mean over a batch is minimised. */
export type LossConfig = z.output<typeof lossSchema>
