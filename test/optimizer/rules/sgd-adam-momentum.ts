import { sgdAdamMomentum, type SgdAdamMomentumConfig } from '../../../src/optimizer/rules/sgd-adam-momentum.js'
import { combine, vector, type Vector } from '../../native/support/vectors.js'
import type { ReferenceRule, RuleProof } from '../rule-proof.js'

/** SGD_AMom: v <- m·v + (1-m)·g, w <- w - rate·v, without bias correction. */
function reference({ momentum }: { momentum: number }, size: number): ReferenceRule {
  let velocity: Vector = new Float64Array(size)
  return (gradient, rate) => {
    velocity = combine(momentum, velocity, 1 - momentum, gradient)
    return vector(size, (i) => -rate * velocity[i]!)
  }
}

export default {
  usual: [sgdAdamMomentum(), { type: 'sgdAdamMomentum', momentum: 0.9 }],
  cases: { sgdAdamMomentum: sgdAdamMomentum({ momentum: 0.8 }) },
  reference,
  refused: [[() => sgdAdamMomentum({ momentum: -0.1 }), 'sgdAdamMomentum: momentum is -0.1; expected at least 0']],
  labels: [[sgdAdamMomentum(), 'SGD_AMom', 'SGD_AMom']],
  baseline: { sgdAdamMomentum: [sgdAdamMomentum(), 'paper', 0.1] },
} satisfies RuleProof<SgdAdamMomentumConfig>
