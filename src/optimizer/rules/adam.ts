import { z } from 'zod'
import { constructorOf, type Constructor } from '../../validation/constructor.js'
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
  beta1: z.number().min(0).lt(1).default(0.9),
  /**
   * The decay of the mean of the squared gradients per step, 0 ≤ beta2 < 1.
   * @default 0.999
   */
  beta2: z.number().min(0).lt(1).default(0.999),
  /**
   * The number that is added to the root of the mean of squares, above 0. The default is that of the paper and Keras;
   * PyTorch's is 1e-8.
   * @default 1e-7
   */
  epsilon: z.number().positive().default(1e-7),
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

export const adam: Constructor<typeof schema> = constructorOf(schema)

export default { schema, label: 'Adam', words: (config) => adamWords(config) } satisfies RuleType<AdamConfig>
