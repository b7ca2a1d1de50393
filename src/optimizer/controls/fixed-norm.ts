import { z } from 'zod'
import { strictObject } from '../../validation/strict-object.js'
import { validate } from '../../validation/validate.js'
import { perSchema } from './per.js'
import { ruleSchema, type RuleConfig } from '../rule.js'

export const fixedNormSchema = strictObject({
  type: z.literal('fixedNorm'),
  /** The rule whose step gives the direction. */
  rule: ruleSchema,
  per: perSchema.default('layer'),
})

export type FixedNormConfig = z.output<typeof fixedNormSchema>

/**
 * Layca without the projection, known as hyperball (arXiv 2606.16899): the whole step of the rule, scaled to the norm of a
 * layer's weights; then the weights get back their initial norm ‖w₀‖. For the rule's step u, its rate included:
 *
 *     w' = w + rate·‖w‖·u/‖u‖,  or w where ‖u‖ ≤ 1e-7
 *     w <- w'·‖w₀‖/‖w'‖
 *
 * A step that is orthogonal to the weights rotates them by atan(rate); none, at a rate below 1, by more than asin(rate).
 * What trains is as under layca.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function fixedNorm(
  rule: RuleConfig,
  options: Omit<z.input<typeof fixedNormSchema>, 'type' | 'rule'> = {},
): FixedNormConfig {
  return validate(fixedNormSchema, { type: 'fixedNorm', rule, ...options }, 'fixedNorm')
}
