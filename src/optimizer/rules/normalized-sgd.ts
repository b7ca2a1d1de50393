import { z } from 'zod'
import { strictObject } from '../../validation/strict-object.js'
import { validate } from '../../validation/validate.js'

export const normalizedSgdSchema = strictObject({ type: z.literal('normalizedSgd') })

export type NormalizedSgdConfig = z.output<typeof normalizedSgdSchema>

/**
 * The paper's SGD_normalized (arXiv 1806.01603v2): each tensor makes a step of Euclidean norm `rate` against its gradient,
 * whatever the norms of gradient and tensor.
 *
 *     w <- w - rate·g/‖g‖,  no step where rate·‖g‖ ≤ 1e-7
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function normalizedSgd(): NormalizedSgdConfig {
  return validate(normalizedSgdSchema, { type: 'normalizedSgd' }, 'normalizedSgd')
}
