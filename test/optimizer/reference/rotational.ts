import { combine, dot, norm, vector, type Vector } from '../../native/support/vectors.js'

/** Tangential parts that are this much shorter than the whole count as none. */
const rounding = 2e-5

/**
 * Algorithm 1 of arXiv 2305.17212 for one neuron, or one layer: the tangential update, divided by the root of the average of
 * its squares, both without the rate, turns the weights by atan(rate) on average.
 */
export function rotational(decay: number): typeof turn {
  let t = 0
  let average = 0
  function turn(weights: Vector, update: Vector, rate: number, initialNorm: number): Float64Array {
    const projected = combine(1, update, -dot(update, weights) / dot(weights, weights), weights)
    const tangential = norm(projected) <= rounding * norm(update) ? new Float64Array(update.length) : projected
    if (rate === 0) return new Float64Array(weights)
    t++
    average = decay * average + ((1 - decay) * dot(tangential, tangential)) / rate ** 2
    const rootMeanSquare = Math.sqrt(average / (1 - decay ** t))
    if (norm(tangential) === 0) return new Float64Array(weights)
    const moved = combine(1, weights, initialNorm / rootMeanSquare, tangential)
    const restore = initialNorm / norm(moved)
    return vector(moved.length, (i) => moved[i]! * restore)
  }
  return turn
}
