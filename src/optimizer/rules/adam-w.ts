import { z } from 'zod'
import { constructorOf, type Constructor } from '../../validation/constructor.js'
import { fp32 } from '../../validation/fp32.js'
import { strictObject } from '../../validation/strict-object.js'
import { adamWords } from './adam-words.js'
import type { RuleType } from './rule-type.js'

const schema = strictObject({
  /** Selects the rule AdamW. */
  type: z.literal('adamW'),
  /**
   * The decay of the mean of the gradients per step, 0 ≤ beta1 < 1.
   * @default 0.9
   */
  beta1: fp32(z.number().min(0).lt(1)).default(0.9),
  /**
   * The decay of the mean of the squared gradients per step, 0 ≤ beta2 < 1.
   * @default 0.999
   */
  beta2: fp32(z.number().min(0).lt(1)).default(0.999),
  /**
   * The number that is added to the root of the mean of squares, above 0. The default is PyTorch's.
   * @default 1e-8
   */
  epsilon: fp32(z.number().positive()).default(1e-8),
  /**
   * The place where epsilon is added. true: to √v as it is, as in Keras and the paper; false: to the bias-corrected √v,
   * as in PyTorch.
   * @default false
   */
  epsilonHat: z.boolean().default(false),
  /**
   * Divides by the root of the largest mean of squares so far (AMSGrad) instead of the present one.
   * @default false
   */
  amsgrad: z.boolean().default(false),
  /**
   * The decoupled weight decay: a step subtracts rate·weightDecay·w. At least 0. As in PyTorch, it acts on all parameters that
   * train, biases and normalisation parameters included.
   * @default 0.01
   */
  weightDecay: fp32(z.number().min(0)).default(0.01),
})

export type AdamWConfig = z.output<typeof schema>

/**
 * Adam with decoupled weight decay (arXiv 1711.05101, algorithm 2 without its schedule multiplier), by default as
 * `torch.optim.AdamW`:
 *
 *     w <- w - rate·weightDecay·w - (Adam's step)
 *
 * Groups can give parameters a decay of their own. The regularization decoupledWeightDecay beside it would decay the weights
 * twice, so the two together are refused. Under layca, fixedNorm and rotational, which hold the norm of weights, the decay
 * has no effect on them.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const adamW: Constructor<typeof schema> = constructorOf(schema)

export default {
  schema,
  label: 'AdamW',
  words: (config) => ({ ...adamWords(config), weightDecay: `weight decay ${config.weightDecay}` }),
} satisfies RuleType<AdamWConfig>
