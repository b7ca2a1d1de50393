import { z } from 'zod'
import { strictObject } from '../../validation/strict-object.js'
import { validate } from '../../validation/validate.js'

export const rmspropSchema = strictObject({
  type: z.literal('rmsprop'),
  /** 0 ≤ rho < 1. PyTorch's alpha is .99. */
  rho: z.number().min(0).lt(1).default(0.9),
  /** Above 0. PyTorch's is 1e-8. */
  epsilon: z.number().positive().default(1e-7),
})

export type RmspropConfig = z.output<typeof rmspropSchema>

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
export function rmsprop(options: Omit<z.input<typeof rmspropSchema>, 'type'> = {}): RmspropConfig {
  return validate(rmspropSchema, { type: 'rmsprop', ...options }, 'rmsprop')
}
