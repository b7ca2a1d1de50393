import { z } from 'zod'
import { constructorOf, type Constructor } from '../../validation/constructor.js'
import { fp32 } from '../../validation/fp32.js'
import { strictObject } from '../../validation/strict-object.js'
import { adamWords } from './adam-words.js'
import type { RuleType } from './rule-type.js'

const schema = strictObject({
  /** Selects the rule Adam. */
  type: z.literal('adam'),
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
   * The number that is added to the root of the mean of squares, above 0. The default is that of the paper and Keras;
   * PyTorch's is 1e-8.
   * @default 1e-7
   */
  epsilon: fp32(z.number().positive()).default(1e-7),
  /**
   * The place where epsilon is added. true: to √v as it is, as in Keras and the paper; false: to the bias-corrected √v,
   * as in PyTorch.
   * @default true
   */
  epsilonHat: z.boolean().default(true),
  /**
   * Divides by the root of the largest mean of squares so far (AMSGrad) instead of the present one.
   * @default false
   */
  amsgrad: z.boolean().default(false),
})

export type AdamConfig = z.output<typeof schema>

/**
 * Adam (arXiv 1412.6980, algorithm 1) at step t = 1, 2, …, from m = v = 0:
 *
 *     m <- beta1·m + (1 - beta1)·g
 *     v <- beta2·v + (1 - beta2)·g²
 *
 * With `epsilonHat`, the form at the end of the article's section 2, of Keras and of the paper:
 *
 *     w <- w - rate·√(1 - beta2ᵗ)/(1 - beta1ᵗ) · m / (√v + epsilon)
 *
 * Without, the algorithm as printed and `torch.optim.Adam`:
 *
 *     w <- w - rate/(1 - beta1ᵗ) · m / (√v/√(1 - beta2ᵗ) + epsilon)
 *
 * With `amsgrad` (arXiv 1904.09237) vmax <- max(vmax, v), from 0, stands for v in the denominator.
 *
 *     adam()
 *     adam({ epsilon: 1e-8, epsilonHat: false })   // torch.optim.Adam
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const adam: Constructor<typeof schema> = constructorOf(schema)

export default { schema, label: 'Adam', words: (config) => adamWords(config) } satisfies RuleType<AdamConfig>
