import { z } from 'zod'
import { constructorWith, type ConstructorWith } from '../../validation/constructor.js'
import { strictObject } from '../../validation/strict-object.js'
import { ruleSchema } from '../rule.js'
import type { ControlType } from './control-type.js'
import { perSchema, perWords } from './per.js'

const schema = strictObject({
  /** Selects the control Layca. */
  type: z.literal('layca'),
  /** The rule whose step Layca turns into a rotation. */
  rule: ruleSchema,
  /**
   * The vectors that are rotated: 'layer', all weights of a layer as one vector, as in the paper; 'neuron', the incoming
   * weights of each neuron.
   * @default "layer"
   */
  per: perSchema.default('layer'),
})

export type LaycaConfig = z.output<typeof schema>

/**
 * Layca (section 4 of arXiv 1806.01603v2): of the rule's step only the part orthogonal to a layer's weights is kept and
 * scaled to their norm, so a learning rate of ρ rotates each layer by exactly atan ρ a step and keeps its norm. For the
 * rule's step u, its rate included:
 *
 *     u <- u - ⟨u, w⟩/‖w‖²·w
 *     u <- u·‖w‖/‖u‖,  or 0 where ‖u‖ ≤ 1e-7
 *     w' = w + rate·u,  w <- w'·‖w₀‖/‖w'‖
 *
 * ‖w₀‖ is the norm of the initial weights, which stays that of w but for rounding. With `per: 'neuron'` the same holds for
 * the weights of each neuron by themselves. By default only the layers' weights train; biases and normalisation parameters
 * keep their initial values unless a group trains them, by the rule alone.
 *
 *     layca(sgd())
 *     layca(adam(), { per: 'neuron' })
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const layca: ConstructorWith<typeof schema, 'rule'> = constructorWith(schema, 'rule')

export default {
  schema,
  label: 'Layca',
  trainsWeightsOnly: true,
  zerosStay: 'keeps initial norms',
  words: (config) => perWords(config),
} satisfies ControlType<LaycaConfig>
