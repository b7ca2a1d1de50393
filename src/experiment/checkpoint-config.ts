import { z } from 'zod'
import type { Input } from '../validation/input.js'
import { strictObject } from '../validation/strict-object.js'

/**
 * The times at which a run writes a checkpoint that it can be resumed from. It also writes one when it is interrupted. None of
 * this changes a number that is measured.
 */
const schema = strictObject({
  /**
   * The number of epochs between checkpoints. null writes one after an epoch as soon as 50 times as long has passed since the
   * last one as it takes to write, so that checkpoints cost less than 2 % of the training time.
   *
   * @default null
   */
  everyEpochs: z.int().min(1).nullable().default(null),
  /**
   * The minutes after the last checkpoint at which the next one is written within an epoch, at most 10,000; null for never.
   *
   * @default 10
   */
  everyMinutes: z.number().positive().max(10_000).nullable().default(10),
  /**
   * The number of checkpoints to keep, the newest ones, at least 1.
   *
   * @default 1
   */
  keep: z.int().min(1).default(1),
})

export type CheckpointConfig = z.output<typeof schema>

export interface CheckpointInput extends Input<typeof schema> {}

/** The same schema with named types, which keep the words of its keys in declaration files. */
export const checkpointConfigSchema: z.ZodType<CheckpointConfig, CheckpointInput> = schema
