import { z } from 'zod'
import { strictObject } from '../../validation/strict-object.js'
import { validate } from '../../validation/validate.js'
import { adam } from '../rules/adam.js'
import { ruleSchema, type RuleConfig } from '../rule.js'
import { sgd } from '../rules/sgd.js'

export const projectedSchema = strictObject({
  type: z.literal('projected'),
  /** The rule whose step loses its radial part. */
  rule: ruleSchema,
  /** Project where the cosine of gradient and weights is below delta/√(numbers in w). At least 0, which never projects. */
  delta: z.number().min(0).default(0.1),
  /** What decoupled weight decay is multiplied by where the step is projected. At least 0. */
  decayRatio: z.number().min(0).default(0.1),
})

export type ProjectedConfig = z.output<typeof projectedSchema>

type ProjectedOptions = Omit<z.input<typeof projectedSchema>, 'type' | 'rule'>

/**
 * The projection of SGDP and AdamP (arXiv 2006.08217, algorithms 1 and 2): weights whose gradient is all but orthogonal to
 * them, which are scale-invariant, make the step u of the rule without its part along them. Their norm may change.
 *
 *     w <- w + u - ⟨u, w⟩/‖w‖²·w   where |cos(g, w)| < delta/√(numbers in w),   else w <- w + u
 *
 * As in the authors' code (github.com/clovaai/AdamP), of the kernels only: by neuron where the condition holds for all
 * neurons of a layer, else by layer where it holds for the layer. Where it projects, decoupled weight decay is decayRatio
 * times as strong. All parameters train.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function projected(rule: RuleConfig, options: ProjectedOptions = {}): ProjectedConfig {
  return validate(projectedSchema, { type: 'projected', rule, ...options }, 'projected')
}

/**
 * SGDP: projected(sgd) with PyTorch's velocity and a momentum of .9. Its weight decay is decoupledWeightDecay, which the
 * authors' code divides by 1 - momentum.
 *
 *     sgdP({ nesterov: true })
 *
 * @param options those of sgd and projected
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function sgdP({
  delta,
  decayRatio,
  ...rule
}: Parameters<typeof sgd>[0] & ProjectedOptions = {}): ProjectedConfig {
  return projected(sgd({ momentum: 0.9, rateInVelocity: false, ...rule }), { delta, decayRatio })
}

/**
 * AdamP: projected(adam) with PyTorch's epsilon. Its weight decay is decoupledWeightDecay.
 *
 * @param options those of adam and projected
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function adamP({
  delta,
  decayRatio,
  ...rule
}: Parameters<typeof adam>[0] & ProjectedOptions = {}): ProjectedConfig {
  return projected(adam({ epsilon: 1e-8, epsilonHat: false, ...rule }), { delta, decayRatio })
}
