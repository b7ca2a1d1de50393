import { z } from 'zod'
import { strictObject } from '../validation/strict-object.js'

/**
 * When a run writes a checkpoint from which it can be resumed, besides when it is interrupted. None of this changes a number
 * that is measured.
 */
export const checkpointConfigSchema = strictObject({
  /**
   * After every so many epochs. null: after an epoch, once as much time has passed since the last checkpoint as 50 of them
   * take, so that they cost less than 2 % of the training time.
   */
  everyEpochs: z.int().min(1).nullable().default(null),
  /** Also within an epoch: so many minutes after the last one; null for not. */
  everyMinutes: z.number().positive().max(10_000).nullable().default(10),
  /** How many stay: the newest. */
  keep: z.int().min(1).default(1),
})

export type CheckpointConfig = z.output<typeof checkpointConfigSchema>
