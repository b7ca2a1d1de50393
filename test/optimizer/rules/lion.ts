import { lion, type LionConfig } from '../../../src/optimizer/rules/lion.js'
import { combine, type Vector } from '../../native/support/vectors.js'
import type { ReferenceRule, RuleProof } from '../rule-proof.js'

/** Algorithm 2 of arXiv 2302.06675, without its weight decay. */
function reference({ beta1, beta2 }: LionConfig, size: number): ReferenceRule {
  let momentum: Vector = new Float64Array(size)
  return (gradient, rate) => {
    const direction = combine(beta1, momentum, 1 - beta1, gradient)
    momentum = combine(beta2, momentum, 1 - beta2, gradient)
    return direction.map((value) => -rate * Math.sign(value))
  }
}

export default {
  usual: [lion(), { type: 'lion', beta1: 0.9, beta2: 0.99 }],
  cases: { lion: lion(), 'lion, other betas': lion({ beta1: 0.95, beta2: 0.98 }) },
  formulas: ['lion'],
  reference,
  refused: [
    [() => lion({ beta1: 1 }), 'lion: beta1 is 1; expected a number below 1'],
    [() => lion({ beta2: -0.1 }), 'lion: beta2 is -0.1; expected at least 0'],
  ],
  labels: [
    [lion(), 'Lion', 'Lion'],
    [lion({ beta2: 0.999 }), 'Lion (beta2 0.999)', 'Lion, beta2 0.999'],
  ],
  // Behind a batch norm, some gradients are rounding errors, whose signs are whole steps.
  baseline: { lion: [lion(), 'plain', 1e-4] },
} satisfies RuleProof<LionConfig>
