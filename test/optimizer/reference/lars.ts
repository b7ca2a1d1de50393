import type { LarsConfig } from '../../../src/optimizer/controls/lars.js'
import { combine, norm, vector, type Vector } from '../../native/support/vectors.js'

/** The gradient that LARS (arXiv 1708.03888), or with clip LARC, gives to its rule; `decay` is the coupled one. */
export function larsGradient(
  { trustCoefficient, clip, epsilon }: LarsConfig,
  weights: Vector,
  gradient: Vector,
  decay: number,
  rate: number,
): Float64Array {
  const decayed = combine(1, gradient, decay, weights)
  const [w, g] = [norm(weights), norm(gradient)]
  if (w === 0 || g === 0) return decayed
  const trust = (trustCoefficient * w) / (g + decay * w + epsilon)
  const factor = clip ? Math.min(trust / rate, 1) : trust
  return vector(decayed.length, (i) => factor * decayed[i]!)
}
