import { z } from 'zod'
import { crossEntropySchema } from './cross-entropy.js'
import { kerasCrossEntropySchema } from './keras-cross-entropy.js'

export const lossSchema = z.discriminatedUnion('type', [crossEntropySchema, kerasCrossEntropySchema])

/** What is minimised: the mean over a batch. */
export type LossConfig = z.output<typeof lossSchema>
