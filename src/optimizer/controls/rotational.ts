import { z } from 'zod'
import { constructorWith, type ConstructorWith } from '../../validation/constructor.js'
import { strictObject } from '../../validation/strict-object.js'
import { ruleSchema } from '../rule.js'
import type { ControlType } from './control-type.js'
import { perSchema, perWords } from './per.js'

const schema = strictObject({
  /** Selects the rotational control. */
  type: z.literal('rotational'),
  /** The rule whose step becomes a rotation. */
  rule: ruleSchema,
  /**
   * The vectors that are rotated: 'neuron', the incoming weights of each neuron, as in the article; 'layer', all weights of a
   * layer as one vector.
   * @default "neuron"
   */
  per: perSchema.default('neuron'),
  /**
   * The decay of the mean of the squared norms of steps per step, 0 ≤ decay < 1.
   * @default 0.99
   */
  decay: z.number().min(0).lt(1).default(0.99),
})

export type RotationalConfig = z.output<typeof schema>

/**
 * The rotational wrapper of Kosson et al. (arXiv 2305.17212, algorithm 1). Unlike under Layca, a learning rate of ρ gives the
 * angle atan ρ on average over the steps, not in each: a step that is longer than usual rotates more. For the rule's step u,
 * the initial weights w₀, at step t = 1, 2, …, from ν = 0:
 *
 *     u <- u - ⟨u, w⟩/‖w‖²·w,  or 0 where that is at most 1e-7 long
 *     ν <- decay·ν + (1 - decay)·‖u/rate‖²
 *     w' = w + ‖w₀‖·u/√(ν/(1 - decayᵗ))
 *     w <- w'·‖w₀‖/‖w'‖
 *
 * The mean is that of steps without their rate, as in the authors' code, so that angles follow a changed rate at once.
 *
 * ρ is the learning rate itself; in the article it follows from learning rate and weight decay. The same parameters train as
 * under layca.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const rotational: ConstructorWith<typeof schema, 'rule'> = constructorWith(schema, 'rule')

export default {
  schema,
  label: 'Rotational',
  trainsWeightsOnly: true,
  zerosStay: 'keeps initial norms',
  words: (config) => perWords(config),
} satisfies ControlType<RotationalConfig>
