import { combine, norm, vector, type Vector } from '../../native/support/vectors.js'

/** w' = |w0|·(w + rate·|w|·u/|u|) / |w + rate·|w|·u/|u||, and w where u is zero. */
export function fixedNorm(weights: Vector, update: Vector, rate: number, initialNorm: number): Float64Array {
  const length = norm(update)
  if (length === 0) return new Float64Array(weights)
  const moved = combine(1, weights, (rate * norm(weights)) / length, update)
  const restore = initialNorm / norm(moved)
  return vector(moved.length, (i) => moved[i]! * restore)
}
