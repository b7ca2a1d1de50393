import { z } from 'zod'
import type { Input } from '../validation/input.js'
import { strictObject } from '../validation/strict-object.js'

/**
 * Rules that end a run before its last epoch. They are checked after each whole epoch, and any of them ends the run.
 * The first three are the paper's (section 4 of its experiments).
 *
 * Their loss is the one that the framework of the rule's author logs: train_loss of metrics.csv and, under `l2`,
 * Keras's penalty w·ΣW² of the layers at the end of the epoch (Keras takes its mean over the epoch). With PyTorch's
 * `weightDecay` nothing is added.
 */
const schema = strictObject({
  /** The network does not learn: after epoch `epoch` the training accuracy is at most `accuracy`. */
  notWorking: strictObject({
    /** Epoch of the check, 0-based, less than `epochs` of the experiment. */
    epoch: z.int().min(0),
    /** Training accuracy, 0 … 1. */
    accuracy: z.number().min(0).max(1),
  }).optional(),
  /** The training has reached its goal: the loss is at most `loss`. */
  finished: strictObject({
    /** Loss, finite and above 0. */
    loss: z.number().positive(),
  }).optional(),
  /** The training stands still: the loss equals that of the epoch before, bit for bit, `times` times in a row. */
  converged: strictObject({
    /**
     * The number of epochs in a row, at least 1.
     *
     * @default 3
     */
    times: z.int().min(1).default(3),
  }).optional(),
  /**
   * The validation accuracy has not risen for `patience` epochs in a row, or evaluations, if not every epoch is evaluated.
   * Requires a validation split.
   */
  early: strictObject({
    /** The number of evaluations in a row without a rise, at least 1: by default each epoch has one. */
    patience: z.int().min(1),
    /**
     * The quantity that has to rise.
     *
     * @default "valAccuracy"
     */
    metric: z.literal('valAccuracy').default('valAccuracy'),
  }).optional(),
})
  .refine((rules) => Object.values(rules).some((rule) => rule !== undefined), {
    message: 'no rule is given; expected notWorking, finished, converged or early, or null instead of the object',
  })
  .meta({ minProperties: 1 }) // the same for editors

export type StoppingConfig = z.output<typeof schema>

export interface StoppingInput extends Input<typeof schema> {}

/** The same schema with named types, which keep the words of its keys in declaration files. */
export const stoppingSchema: z.ZodType<StoppingConfig, StoppingInput> = schema
