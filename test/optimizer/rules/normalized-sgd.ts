import { normalizedSgd, type NormalizedSgdConfig } from '../../../src/optimizer/rules/normalized-sgd.js'
import { norm, vector } from '../../native/support/vectors.js'
import type { ReferenceRule, RuleProof } from '../rule-proof.js'

/** SGD_normalized: a step of norm `rate`, and none where rate·|g| is at most 1e-7. */
function reference(): ReferenceRule {
  return (gradient, rate) => {
    const length = norm(gradient)
    return vector(gradient.length, (i) => (rate * length <= 1e-7 ? 0 : (-rate * gradient[i]!) / length))
  }
}

export default {
  usual: [normalizedSgd(), { type: 'normalizedSgd' }],
  cases: { normalizedSgd: normalizedSgd() },
  reference,
  refused: [],
  labels: [[normalizedSgd(), 'Normalised SGD', 'Normalised SGD']],
  baseline: { normalizedSgd: [normalizedSgd(), 'paper', 0.05] },
} satisfies RuleProof<NormalizedSgdConfig>
