import { dot, vector } from '../../native/support/vectors.js'
import type { ReferenceRule } from './rule.js'

/** SGD_effective of PAPER.md 3: w <- w - rate·|w|²·g. */
export function effectiveSgd(): ReferenceRule {
  return (gradient, rate, weights) => {
    const square = dot(weights, weights)
    return vector(gradient.length, (i) => -rate * square * gradient[i]!)
  }
}
