import { effectiveSgd, type EffectiveSgdConfig } from '../../../src/optimizer/rules/effective-sgd.js'
import { dot, vector } from '../../native/support/vectors.js'
import type { ReferenceRule, RuleProof } from '../rule-proof.js'

/** SGD_effective: w <- w - rate·|w|²·g. */
function reference(): ReferenceRule {
  return (gradient, rate, weights) => {
    const square = dot(weights, weights)
    return vector(gradient.length, (i) => -rate * square * gradient[i]!)
  }
}

export default {
  usual: [effectiveSgd(), { type: 'effectiveSgd' }],
  cases: { effectiveSgd: effectiveSgd() },
  reference,
  refused: [],
  labels: [[effectiveSgd(), 'Effective SGD', 'Effective SGD']],
  baseline: { effectiveSgd: [effectiveSgd(), 'paper', 1e-3] },
} satisfies RuleProof<EffectiveSgdConfig>
