import { z } from 'zod'
import { strictObject } from '../validation/strict-object.js'
import { validate } from '../validation/validate.js'

export const sgdSchema = strictObject({
  type: z.literal('sgd'),
  /** 0 ≤ momentum < 1 */
  momentum: z.number().min(0).lt(1).default(0),
  nesterov: z.boolean().default(false),
}).refine((sgd) => !sgd.nesterov || sgd.momentum > 0, {
  path: ['nesterov'],
  message: 'true needs a momentum above 0',
})

export type SgdConfig = z.output<typeof sgdSchema>

/**
 * Stochastic gradient descent, with the rate inside the velocity as in Keras:
 * v <- momentum·v - rate·g, then w <- w + v; with nesterov w <- w + momentum·v - rate·g.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function sgd(options: Omit<z.input<typeof sgdSchema>, 'type'> = {}): SgdConfig {
  return validate(sgdSchema, { type: 'sgd', ...options }, 'sgd')
}
