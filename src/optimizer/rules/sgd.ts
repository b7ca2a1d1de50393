import { z } from 'zod'
import { strictObject } from '../../validation/strict-object.js'
import { validate } from '../../validation/validate.js'

export const sgdSchema = strictObject({
  type: z.literal('sgd'),
  /** 0 ≤ momentum < 1 */
  momentum: z.number().min(0).lt(1).default(0),
  /** What the gradient loses on its way into the velocity, 0 … 1. Needs momentum. */
  dampening: z.number().min(0).max(1).default(0),
  /** Needs momentum, and no dampening. */
  nesterov: z.boolean().default(false),
  /** true: the velocity holds the rate, as in Keras and the paper; false: the rate multiplies it, as in PyTorch. */
  rateInVelocity: z.boolean().default(true),
})
  .refine((sgd) => sgd.dampening === 0 || sgd.momentum > 0, {
    path: ['dampening'],
    message: 'a number above 0 needs a momentum above 0',
  })
  .refine((sgd) => !sgd.nesterov || sgd.momentum > 0, {
    path: ['nesterov'],
    message: 'true needs a momentum above 0',
  })
  .refine((sgd) => !sgd.nesterov || sgd.dampening === 0, {
    path: ['nesterov'],
    message: 'true needs a dampening of 0',
  })

export type SgdConfig = z.output<typeof sgdSchema>

/**
 * Stochastic gradient descent of the gradient g, in one of two conventions. They are the same at a constant rate; after a
 * change of the rate, velocities that hold it go on with the old one for a while.
 *
 * With `rateInVelocity`, as in Keras 2.1.2 and the paper (section 3 of arXiv 1806.01603v2):
 *
 *     v <- momentum·v - rate·(1 - dampening)·g,  from v = 0
 *     w <- w + v                     nesterov: w <- w + momentum·v - rate·g
 *
 * Without, as `torch.optim.SGD`:
 *
 *     v <- momentum·v + (1 - dampening)·g,  at the first step v <- g
 *     w <- w - rate·v                nesterov: w <- w - rate·(g + momentum·v)
 *
 *     sgd({ momentum: 0.9, nesterov: true })
 *     sgd({ momentum: 0.9, dampening: 0.9, rateInVelocity: false })
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function sgd(options: Omit<z.input<typeof sgdSchema>, 'type'> = {}): SgdConfig {
  return validate(sgdSchema, { type: 'sgd', ...options }, 'sgd')
}
