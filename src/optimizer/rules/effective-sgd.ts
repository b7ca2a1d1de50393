import { z } from 'zod'
import { strictObject } from '../../validation/strict-object.js'
import { validate } from '../../validation/validate.js'

export const effectiveSgdSchema = strictObject({ type: z.literal('effectiveSgd') })

export type EffectiveSgdConfig = z.output<typeof effectiveSgdSchema>

/**
 * The SGD_effective of the paper's code: `rate` is each tensor's effective learning rate, rate/‖w‖² of plain SGD
 * (arXiv 1706.05350), whatever becomes of the norm of its weights.
 *
 *     w <- w - rate·‖w‖²·g
 *
 * A tensor that is zero, such as biases at the start, stays zero.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function effectiveSgd(): EffectiveSgdConfig {
  return validate(effectiveSgdSchema, { type: 'effectiveSgd' }, 'effectiveSgd')
}
