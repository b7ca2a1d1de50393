import { angleBetween, combine, cosineDistance, dot, norm, type Vector } from '../../native/support/vectors.js'
import { rows } from './units.js'

/** The record of one layer's step, from the weights before and after it, in fp64. */
export function recorded(step: {
  initial: Vector
  before: Vector
  after: Vector
  gradient: Vector
  rate: number
  rowSize: number
}) {
  const { initial, before, after, gradient, rate, rowSize } = step
  const change = combine(1, after, -1, before)
  const along = dot(change, before) / norm(before)
  const neurons = {
    initial: rows(initial, rowSize),
    before: rows(before, rowSize),
    after: rows(after, rowSize),
  }
  return {
    rotation: cosineDistance(after, initial),
    angle: angleBetween(after, before),
    norm: norm(after),
    gradient_norm: norm(gradient),
    radial: along,
    tangential: norm(combine(1, change, -along / norm(before), before)),
    effective_rate: rate / dot(before, before),
    neurons: {
      rotation: quantiles(neurons.after.map((row, i) => cosineDistance(row, neurons.initial[i]!))),
      angle: quantiles(neurons.after.map((row, i) => angleBetween(row, neurons.before[i]!))),
    },
  }
}

/** Minimum, quartiles by linear interpolation between order statistics, maximum. */
function quantiles(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b)
  return [0, 0.25, 0.5, 0.75, 1].map((q) => {
    const position = q * (sorted.length - 1)
    const [below, above] = [sorted[Math.floor(position)]!, sorted[Math.ceil(position)]!]
    return below + (above - below) * (position % 1)
  })
}
