import { z } from 'zod'
import type { Input } from '../validation/input.js'
import { strictObject } from '../validation/strict-object.js'

/**
 * The times at which a run evaluates its validation and its test split, and the part of them that it takes. None of this
 * changes a weight, unless a learning rate or a stopping rule depends on what is measured.
 */
const schema = strictObject({
  /**
   * The number of epochs between evaluations, at least 1, as Lightning's check_val_every_n_epoch. The last epoch, whatever
   * ends the run, is always evaluated.
   *
   * @default 1
   */
  every: z.int().min(1).default(1),
  /**
   * The most images, or windows of tokens, of each of the two splits in an evaluation, as Lightning's limit_val_batches: the
   * seed draws them once, and every evaluation takes the same ones, the last one too; null for all.
   *
   * @default null
   */
  images: z.int().min(1).nullable().default(null),
  /**
   * true also evaluates before the first step: row 0 of metrics.csv.
   *
   * @default false
   */
  initial: z.boolean().default(false),
})

export type EvaluationConfig = z.output<typeof schema>

export interface EvaluationInput extends Input<typeof schema> {}

/** The same schema with named types, which keep the words of its keys in declaration files. */
export const evaluationConfigSchema: z.ZodType<EvaluationConfig, EvaluationInput> = schema
