import { z } from 'zod'
import { strictObject } from '../../validation/strict-object.js'
import { validate } from '../../validation/validate.js'

export const sgdAdamMomentumSchema = strictObject({
  type: z.literal('sgdAdamMomentum'),
  /** 0 ≤ momentum < 1 */
  momentum: z.number().min(0).lt(1).default(0.9),
})

export type SgdAdamMomentumConfig = z.output<typeof sgdAdamMomentumSchema>

/**
 * SGD with the momentum of Adam, without its correction of the first steps: the paper's SGD_AMom (arXiv 1806.01603v2), which
 * replays the angles of adaptive methods in two of its tasks.
 *
 *     v <- momentum·v + (1 - momentum)·g,  from v = 0
 *     w <- w - rate·v
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function sgdAdamMomentum(
  options: Omit<z.input<typeof sgdAdamMomentumSchema>, 'type'> = {},
): SgdAdamMomentumConfig {
  return validate(sgdAdamMomentumSchema, { type: 'sgdAdamMomentum', ...options }, 'sgdAdamMomentum')
}
