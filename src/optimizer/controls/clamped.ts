import { z } from 'zod'
import { constructorWith, type ConstructorWith } from '../../validation/constructor.js'
import { strictObject } from '../../validation/strict-object.js'
import { ruleSchema } from '../rule.js'
import type { ControlType } from './control-type.js'
import { perSchema, perWords } from './per.js'

/** Angles of this size and more cannot be set by the length of a step's tangential part. */
const rightAngle = Math.PI / 2

const schema = strictObject({
  /** Selects the control that keeps the size of steps between two bounds. */
  type: z.literal('clamped'),
  /** The rule whose step is kept between the bounds. */
  rule: ruleSchema,
  /**
   * The size of a step: 'angle', the angle in radians by which it turns the weights; 'relativeUpdate', ‖d‖/‖w‖, its length relative
   * to theirs.
   * @default "angle"
   */
  quantity: z.enum(['angle', 'relativeUpdate']).default('angle'),
  /**
   * The smallest size, at least 0, at most the ceiling and, of an angle, below π/2. Smaller steps become that large.
   * @default 0
   */
  floor: z.number().min(0).default(0),
  /**
   * The largest size, above 0 and, of an angle, below π/2; null for none. Larger steps become that small.
   * @default null
   */
  ceiling: z.number().positive().nullable().default(null),
  /**
   * The vectors whose steps are kept between the bounds: 'layer', all weights of a layer as one vector; 'neuron', the incoming
   * weights of each neuron.
   * @default "layer"
   */
  per: perSchema.default('layer'),
})
  .refine(({ floor, ceiling }) => ceiling === null || floor <= ceiling, {
    path: ['floor'],
    error: 'the floor is above the ceiling; expected at most the ceiling',
  })
  .refine(({ quantity, floor, ceiling }) => quantity !== 'angle' || Math.max(floor, ceiling ?? 0) < rightAngle, {
    path: ['quantity'],
    error: 'an angle is bounded in radians, below π/2; expected a smaller floor and ceiling',
  })

export type ClampedConfig = z.output<typeof schema>

/**
 * Floor and ceiling for the size of each step, as LAMB and LARC clip trust ratios (arXiv 1904.00962, nvidia's Apex) and adaptive
 * gradient clipping bounds the ratio of gradient and weights (arXiv 2102.06171), here for the step itself, under any rule. d is
 * the whole step of the rule, its rate and decoupled weight decay included; d⊥ its part orthogonal to the weights w, and d∥ the
 * rest. clamp(x) is x, or the bound that it is beyond.
 *
 *     relativeUpdate: w <- w + d·clamp(r)/r,  r = ‖d‖/‖w‖
 *     angle:          w <- w + d∥ + d⊥·tan(clamp(θ))/tan(θ),  θ = ∠(w, w + d)
 *
 * An angle is set by d⊥ alone, so that a floor is reached by a short step, however the weights shrink or grow in it. Where d∥ would
 * reverse the weights, it is left out of a step above the ceiling: w + d⊥·tan(ceiling)·‖w‖/‖d⊥‖. A step of at most 1e-7, or under
 * `angle` one without d⊥, and weights of 0 stay as they are. It acts on the layers' weights only; all parameters train.
 *
 *     clamped(adam(), { ceiling: 0.01 })
 *     clamped(sgd(), { quantity: 'relativeUpdate', floor: 1e-4, ceiling: 1e-2, per: 'neuron' })
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const clamped: ConstructorWith<typeof schema, 'rule'> = constructorWith(schema, 'rule')

export default {
  schema,
  label: 'Clamped',
  trainsWeightsOnly: false,
  words: (config) => ({ quantity: 'relative update', ...perWords(config) }),
} satisfies ControlType<ClampedConfig>
