import { combine, dot, norm, vector, type Vector } from '../../native/support/vectors.js'

/**
 * The five steps of Layca in section 4 of arXiv 1806.01603v2: s is the rule's descent step, which is subtracted, so
 * it is -u. Returns W.
 */
export function layca(weights: Vector, update: Vector, rho: number): Float64Array {
  const n = norm(weights)
  let s = vector(update.length, (i) => -update[i]!)
  s = combine(1, s, -dot(s, weights) / n ** 2, weights)
  const length = norm(s)
  const factor = length <= 1e-7 ? 0 : n / length
  const moved = combine(1, weights, -rho * factor, s)
  const restore = n / norm(moved)
  return vector(moved.length, (i) => moved[i]! * restore)
}
