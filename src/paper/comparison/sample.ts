import { mean } from '../../rotation/mean.js'

/** Numbers of runs that differ by their seed alone. */
export interface Sample {
  mean: number
  /** The standard deviation, estimated with n - 1; null for one run. */
  sd: number | null
  /** The number of runs. */
  n: number
}

/** Summarises numbers, leaving out NaN; null if none is left. */
export function sampleOf(values: readonly number[]): Sample | null {
  const known = values.filter((value) => !Number.isNaN(value))
  const n = known.length
  if (n === 0) return null
  const centre = mean(known)
  const squares = known.reduce((sum, value) => sum + (value - centre) ** 2, 0)
  return { mean: centre, sd: n === 1 ? null : Math.sqrt(squares / (n - 1)), n }
}
