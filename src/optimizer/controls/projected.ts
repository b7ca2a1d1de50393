import { z } from 'zod'
import { constructorWith, type Options, type ConstructorWith } from '../../validation/constructor.js'
import { requireOptions } from '../../validation/options.js'
import { strictObject } from '../../validation/strict-object.js'
import { ruleSchema } from '../rule.js'
import { adam } from '../rules/adam.js'
import { sgd } from '../rules/sgd.js'
import type { ControlType } from './control-type.js'

const schema = strictObject({
  /** Selects the projection of SGDP and AdamP. */
  type: z.literal('projected'),
  /** The rule whose step loses its radial part. */
  rule: ruleSchema,
  /**
   * The threshold of the projection: it applies where the cosine of gradient and weights is below delta/√(numbers in w). At
   * least 0, which never projects.
   * @default 0.1
   */
  delta: z.number().min(0).default(0.1),
  /**
   * The factor of decoupled weight decay where the step is projected, at least 0.
   * @default 0.1
   */
  decayRatio: z.number().min(0).default(0.1),
})

export type ProjectedConfig = z.output<typeof schema>

type ProjectedOptions = Options<typeof schema, 'rule'>

/**
 * The projection of SGDP and AdamP (arXiv 2006.08217, algorithms 1 and 2): weights whose gradient is nearly orthogonal to
 * them, which are scale-invariant, take the step u of the rule without its part along them. Their norm may change.
 *
 *     w <- w + u - ⟨u, w⟩/‖w‖²·w   where |cos(g, w)| < delta/√(numbers in w),   else w <- w + u
 *
 * It acts, as in the authors' code (github.com/clovaai/AdamP), on the layers' weights only: by neuron where the
 * condition holds for all neurons of a layer, else by layer where it holds for the layer. Where it projects, decoupled
 * weight decay is decayRatio times as strong. All parameters train.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const projected: ConstructorWith<typeof schema, 'rule'> = constructorWith(schema, 'rule')

/**
 * SGDP: projected(sgd) with PyTorch's velocity and a momentum of 0.9. Its weight decay is decoupledWeightDecay, which the
 * authors' code divides by 1 - momentum.
 *
 *     sgdP({ nesterov: true })
 *
 * @param options those of sgd and projected
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function sgdP(options: Parameters<typeof sgd>[0] & ProjectedOptions = {}): ProjectedConfig {
  requireOptions(options, 'sgdP')
  const { delta, decayRatio, ...rule } = options
  return projected(sgd({ momentum: 0.9, rateInVelocity: false, ...rule }), { delta, decayRatio })
}

/**
 * AdamP: projected(adam) with PyTorch's epsilon. Its weight decay is decoupledWeightDecay.
 *
 * @param options those of adam and projected
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function adamP(options: Parameters<typeof adam>[0] & ProjectedOptions = {}): ProjectedConfig {
  requireOptions(options, 'adamP')
  const { delta, decayRatio, ...rule } = options
  return projected(adam({ epsilon: 1e-8, epsilonHat: false, ...rule }), { delta, decayRatio })
}

export default {
  schema,
  label: 'Projected',
  trainsWeightsOnly: false,
  words: ({ decayRatio }) => ({ decayRatio: `decay ratio ${decayRatio}` }),
  around: { sgd: { label: 'SGDP', usual: sgdP().rule }, adam: { label: 'AdamP', usual: adamP().rule } },
} satisfies ControlType<ProjectedConfig>
