import { mean } from '../rotation/mean.js'

/** The mean of some measured numbers and how far they scatter. */
export interface Summary {
  mean: number
  /** The sample standard deviation, with n - 1 below the fraction; null for a single number. */
  deviation: number | null
  /** How many numbers there are. */
  n: number
}

/** Summarises the numbers that are known, neither null nor NaN; null if none is. */
export function summarize(values: readonly (number | null)[]): Summary | null {
  const known = values.filter((value): value is number => value !== null && !Number.isNaN(value))
  if (known.length === 0) return null
  const centre = mean(known)
  const squares = known.reduce((sum, value) => sum + (value - centre) ** 2, 0)
  return { mean: centre, deviation: known.length > 1 ? Math.sqrt(squares / (known.length - 1)) : null, n: known.length }
}

/**
 * Spearman's rank correlation, -1 … 1: Pearson's correlation of the ranks, where equal values share the mean of their ranks.
 * NaN for fewer than two points, and if all values of x, or all of y, are equal.
 */
export function rankCorrelation(x: readonly number[], y: readonly number[]): number {
  const [a, b] = [centered(ranks(x)), centered(ranks(y))]
  const product = (u: readonly number[], v: readonly number[]) => u.reduce((sum, value, i) => sum + value * v[i]!, 0)
  return product(a, b) / Math.sqrt(product(a, a) * product(b, b))
}

/** The ranks from 1, in the order of the values. */
function ranks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!)
  const result = new Array<number>(values.length)
  for (let first = 0; first < order.length;) {
    let next = first
    while (next < order.length && values[order[next]!] === values[order[first]!]) next++
    for (const i of order.slice(first, next)) result[i] = (first + 1 + next) / 2
    first = next
  }
  return result
}

function centered(values: readonly number[]): number[] {
  const centre = mean(values)
  return values.map((value) => value - centre)
}
