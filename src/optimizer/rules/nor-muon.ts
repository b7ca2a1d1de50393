import { z } from 'zod'
import { constructorOf, type Constructor } from '../../validation/constructor.js'
import { fp32 } from '../../validation/fp32.js'
import { strictObject } from '../../validation/strict-object.js'
import { muonWords } from './muon-words.js'
import muon from './muon.js'
import type { RuleType } from './rule-type.js'

const schema = strictObject({
  ...muon.schema.shape,
  /** Selects the rule NorMuon. */
  type: z.literal('norMuon'),
  /**
   * The decay of the mean of each neuron's squares per step, 0 ≤ beta2 < 1.
   * @default 0.95
   */
  beta2: fp32(z.number().min(0).lt(1)).default(0.95),
})

export type NorMuonConfig = z.output<typeof schema>

/**
 * NorMuon (arXiv 2510.05491) as in the authors' code (github.com/zichongli5/NorMuon): the matrix X of Muon, with rows of neurons
 * xᵢ, is divided neuron by neuron by a running mean of their squares, from vᵢ = 0, and gets back its norm.
 *
 *     vᵢ <- beta2·vᵢ + (1 - beta2)·mean(xᵢ²)
 *     yᵢ = xᵢ/(√vᵢ + 1e-10)
 *     w <- w - rate·shapeFactor·Y·‖X‖/(‖Y‖ + 1e-10)
 *
 * Its other options, and the parameters of one dimension, are as in muon.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const norMuon: Constructor<typeof schema> = constructorOf(schema)

export default { schema, label: 'NorMuon', words: (config) => muonWords(config) } satisfies RuleType<NorMuonConfig>
