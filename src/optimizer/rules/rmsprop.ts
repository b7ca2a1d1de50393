import { z } from 'zod'
import { constructorOf, type Constructor } from '../../validation/constructor.js'
import { fp32 } from '../../validation/fp32.js'
import { strictObject } from '../../validation/strict-object.js'
import type { RuleType } from './rule-type.js'

const schema = strictObject({
  /** Selects the rule RMSprop. */
  type: z.literal('rmsprop'),
  /**
   * The decay of the mean of the squared gradients per step, 0 ≤ rho < 1. PyTorch's, which it calls alpha, is 0.99.
   * @default 0.9
   */
  rho: fp32(z.number().min(0).lt(1)).default(0.9),
  /**
   * The number that is added to the root of the mean of squares, above 0. PyTorch's is 1e-8.
   * @default 1e-7
   */
  epsilon: fp32(z.number().positive()).default(1e-7),
})

export type RmspropConfig = z.output<typeof schema>

/**
 * RMSprop (Tieleman and Hinton 2012, lecture 6.5 of "Neural Networks for Machine Learning") as in Keras 2.1.2 with the
 * paper's epsilon:
 *
 *     a <- rho·a + (1 - rho)·g²,  from a = 0
 *     w <- w - rate·g / (√a + epsilon)
 *
 *     rmsprop({ rho: 0.99, epsilon: 1e-8 })   // torch.optim.RMSprop
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const rmsprop: Constructor<typeof schema> = constructorOf(schema)

export default { schema, label: 'RMSprop' } satisfies RuleType<RmspropConfig>
