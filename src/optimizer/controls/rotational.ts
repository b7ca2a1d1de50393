import { z } from 'zod'
import { strictObject } from '../../validation/strict-object.js'
import { validate } from '../../validation/validate.js'
import { perSchema } from './per.js'
import { ruleSchema, type RuleConfig } from '../rule.js'

export const rotationalSchema = strictObject({
  type: z.literal('rotational'),
  /** The rule whose step becomes a rotation. */
  rule: ruleSchema,
  /** The article: 'neuron'. */
  per: perSchema.default('neuron'),
  /** Of the mean of the squared norms of steps, 0 ≤ decay < 1. */
  decay: z.number().min(0).lt(1).default(0.99),
})

export type RotationalConfig = z.output<typeof rotationalSchema>

/**
 * The rotational wrapper of Kosson et al. (arXiv 2305.17212, algorithm 1): as Layca, but a learning rate of ρ gives the
 * angle atan ρ on average over the steps, not in each; a step that is longer than usual rotates more. For the rule's step u,
 * the initial weights w₀, at step t = 1, 2, …, from ν = 0:
 *
 *     u <- u - ⟨u, w⟩/‖w‖²·w,  or 0 where that is at most 1e-7 long
 *     ν <- decay·ν + (1 - decay)·‖u/rate‖²
 *     w' = w + ‖w₀‖·u/√(ν/(1 - decayᵗ))
 *     w <- w'·‖w₀‖/‖w'‖
 *
 * The mean is that of steps without their rate, as in the authors' code, so that angles follow a rate that changes at once.
 *
 * ρ is the learning rate itself; in the article it follows from learning rate and weight decay. What trains is as under
 * layca.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function rotational(
  rule: RuleConfig,
  options: Omit<z.input<typeof rotationalSchema>, 'type' | 'rule'> = {},
): RotationalConfig {
  return validate(rotationalSchema, { type: 'rotational', rule, ...options }, 'rotational')
}
