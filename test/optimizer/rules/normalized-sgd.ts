import { norm, vector } from '../../native/support/vectors.js'
import type { ReferenceRule } from './rule.js'

/** SGD_normalized of PAPER.md 3: a step of norm `rate`, and none where rate·|g| is at most 1e-7. */
export function normalizedSgd(): ReferenceRule {
  return (gradient, rate) => {
    const length = norm(gradient)
    return vector(gradient.length, (i) => (rate * length <= 1e-7 ? 0 : (-rate * gradient[i]!) / length))
  }
}
