import { z } from 'zod'
import { constructorOf, type Constructor } from '../../validation/constructor.js'
import { fp32 } from '../../validation/fp32.js'
import { strictObject } from '../../validation/strict-object.js'
import type { RuleType } from './rule-type.js'

const schema = strictObject({
  /** Selects the rule Lion. */
  type: z.literal('lion'),
  /**
   * The share of the momentum in the direction of a step, 0 ≤ beta1 < 1.
   * @default 0.9
   */
  beta1: fp32(z.number().min(0).lt(1)).default(0.9),
  /**
   * The decay of the momentum per step, 0 ≤ beta2 < 1.
   * @default 0.99
   */
  beta2: fp32(z.number().min(0).lt(1)).default(0.99),
})

export type LionConfig = z.output<typeof schema>

/**
 * Lion (Chen et al., arXiv 2302.06675, algorithm 2), from m = 0:
 *
 *     w <- w - rate·sign(beta1·m + (1 - beta1)·g)
 *     m <- beta2·m + (1 - beta2)·g
 *
 * Every weight moves by exactly `rate`, or not at all where the direction is 0, so the article's rates are 3 to 10 times
 * smaller than Adam's. Its weight decay is the regularization decoupledWeightDecay.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const lion: Constructor<typeof schema> = constructorOf(schema)

export default { schema, label: 'Lion' } satisfies RuleType<LionConfig>
