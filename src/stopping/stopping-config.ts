import { z } from 'zod'
import { strictObject } from '../validation/strict-object.js'

/**
 * When a run ends before its last epoch; looked at after each whole one. The first three are the paper's (its
 * experiments' section 4); any of them, once true, ends the run.
 *
 * The loss that they look at is the one that the rule's author would have seen logged: train_loss of metrics.csv and,
 * under `l2`, Keras's penalty w·ΣW² of the layers at the end of the epoch (Keras takes its mean over the epoch). With
 * PyTorch's `weightDecay` nothing is added.
 */
export const stoppingSchema = strictObject({
  /** The network does not learn: after epoch `epoch` the training accuracy is at most `accuracy`. */
  notWorking: strictObject({
    /** 0-based; within the run. */
    epoch: z.int().min(0),
    /** 0 … 1 */
    accuracy: z.number().min(0).max(1),
  }).optional(),
  /** There is nothing left to learn: the loss is at most `loss`. */
  finished: strictObject({
    /** A finite number above 0. */
    loss: z.number().positive(),
  }).optional(),
  /** Nothing moves: the loss is, to the last bit, that of the epoch before, `times` times in a row. */
  converged: strictObject({ times: z.int().min(1).default(3) }).optional(),
  /** `patience` epochs in a row have not brought a larger validation accuracy. Needs a validation split. */
  early: strictObject({
    patience: z.int().min(1),
    metric: z.literal('valAccuracy').default('valAccuracy'),
  }).optional(),
}).refine((rules) => Object.values(rules).some((rule) => rule !== undefined), {
  message: 'there is no rule; expected notWorking, finished, converged or early, or null in place of the object',
})

export type StoppingConfig = z.output<typeof stoppingSchema>
