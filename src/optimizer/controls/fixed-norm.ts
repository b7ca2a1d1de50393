import { z } from 'zod'
import { constructorWith, type ConstructorWith } from '../../validation/constructor.js'
import { strictObject } from '../../validation/strict-object.js'
import { ruleSchema } from '../rule.js'
import type { ControlType } from './control-type.js'
import { perSchema, perWords } from './per.js'

const schema = strictObject({
  /** Selects the control fixed norm. */
  type: z.literal('fixedNorm'),
  /** The rule whose step gives the direction. */
  rule: ruleSchema,
  /**
   * The vectors whose norm is fixed: 'layer', all weights of a layer as one vector; 'neuron', the incoming weights of each
   * neuron.
   * @default "layer"
   */
  per: perSchema.default('layer'),
})

export type FixedNormConfig = z.output<typeof schema>

/**
 * Layca without the projection, known as hyperball (arXiv 2606.16899): the whole step of the rule, scaled to the norm of a
 * layer's weights; then the weights get back their initial norm ‖w₀‖. For the rule's step u, its rate included:
 *
 *     w' = w + rate·‖w‖·u/‖u‖,  or w where ‖u‖ ≤ 1e-7
 *     w <- w'·‖w₀‖/‖w'‖
 *
 * A step that is orthogonal to the weights rotates them by atan(rate); at a rate below 1, no step rotates them by more than
 * asin(rate). The same parameters train as under layca.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const fixedNorm: ConstructorWith<typeof schema, 'rule'> = constructorWith(schema, 'rule')

export default {
  schema,
  label: 'Fixed norm',
  trainsWeightsOnly: true,
  zerosStay: 'keeps initial norms',
  words: (config) => perWords(config),
} satisfies ControlType<FixedNormConfig>
