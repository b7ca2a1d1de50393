import { z } from 'zod'
import { constructorWith, type ConstructorWith } from '../../validation/constructor.js'
import { strictObject } from '../../validation/strict-object.js'
import { ruleSchema } from '../rule.js'
import type { ControlType } from './control-type.js'

const schema = strictObject({
  /** Selects the control that trains magnitude and direction by themselves. */
  type: z.literal('magnitudeDirection'),
  /** The rule whose step turns the direction. */
  rule: ruleSchema,
  /**
   * The factor of the learning rate with which Adam trains the gains, at least 0; 0 keeps them.
   * @default 1
   */
  gainRate: z.number().min(0).default(1),
  /**
   * The decay of the gains' running mean of derivatives per step, 0 ≤ beta1 < 1.
   * @default 0.9
   */
  beta1: z.number().min(0).lt(1).default(0.9),
  /**
   * The decay of the gains' running mean of squared derivatives per step, 0 ≤ beta2 < 1.
   * @default 0.999
   */
  beta2: z.number().min(0).lt(1).default(0.999),
  /**
   * The number that is added to the root of the gains' bias-corrected mean of squares, above 0.
   * @default 1e-8
   */
  epsilon: z.number().positive().default(1e-8),
})

export type MagnitudeDirectionConfig = z.output<typeof schema>

/**
 * Decoupled magnitude and direction (Hägele et al., arXiv 2606.25971), with a gain for each row of the weights: the incoming weights
 * of a neuron are w = γ·v, with ‖v‖ = 1. Their direction v turns by exactly atan(rate) in each step of the rule, as under
 * `layca(rule, { per: 'neuron' })`; the gain γ is trained by Adam with PyTorch's epsilon, on the loss's derivative with respect to it.
 * For the rule's step u, the gradient g of the loss, coupled decay c and decoupled decay λ:
 *
 *     s = ⟨g, v⟩ + c·γ,  m <- beta1·m + (1 - beta1)·s,  n <- beta2·n + (1 - beta2)·s²
 *     γ <- max(γ - gainRate·rate·(λ·γ + m̂/(√n̂ + epsilon)), γ/2),  m̂ and n̂ without the share of their start at 0
 *     v <- (v + rate·e)/√(1 + rate²),  e = u⊥/‖u⊥‖, or 0 where ‖u⊥‖ ≤ 1e-7,  u⊥ = u - ⟨u, v⟩·v
 *
 * The article has gains for columns, too, and directions of a fixed norm for each matrix. A gain is at most halved in a step, so that
 * it stays above 0; a neuron that begins at 0 has no direction and never changes. Weight decay acts on gains alone. The control acts
 * on the layers' weights; all parameters train, the others by the rule alone.
 *
 *     magnitudeDirection(adam())
 *     magnitudeDirection(muon(), { gainRate: 0.1 })
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const magnitudeDirection: ConstructorWith<typeof schema, 'rule'> = constructorWith(schema, 'rule')

export default {
  schema,
  label: 'Magnitude–direction',
  trainsWeightsOnly: false,
  zerosStay: 'turns directions, which weights of 0 lack',
  words: ({ gainRate }) => ({ gainRate: `gain rate ${gainRate}` }),
} satisfies ControlType<MagnitudeDirectionConfig>
