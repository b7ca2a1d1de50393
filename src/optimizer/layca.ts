import { z } from 'zod'
import { strictObject } from '../validation/strict-object.js'
import { validate } from '../validation/validate.js'
import { sgdSchema, type SgdConfig } from './sgd.js'

export const laycaSchema = strictObject({
  type: z.literal('layca'),
  /** The rule whose step Layca turns into a rotation. */
  rule: sgdSchema,
})

export type LaycaConfig = z.output<typeof laycaSchema>

/**
 * Layca (section 4 of arXiv 1806.01603v2): of the rule's step only the part orthogonal to a layer's weights is kept and
 * scaled to their norm, so a learning rate of ρ rotates each layer by exactly atan ρ a step and keeps its norm. Only the
 * layers' weights train; biases and normalisation parameters keep their initial values.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function layca(rule: SgdConfig): LaycaConfig {
  return validate(laycaSchema, { type: 'layca', rule }, 'layca')
}
