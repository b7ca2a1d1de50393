import jStat from 'jstat'
import { summarize } from '../../study/statistics.js'
import { confidence, type Estimate } from './estimate.js'

const { studentt } = jStat

/**
 * The mean of differences between two trainings with the same seed, and thus the same initial weights: Student's t-test for
 * paired samples.
 *
 * @param differences one for each seed; NaN where one of the two is not known
 * @returns null if no difference is known; no interval and no p-value for a single one, and for differences that are all equal
 */
export function pairedDifference(differences: readonly number[]): Estimate | null {
  const summary = summarize(differences)
  if (summary === null) return null
  const { mean: value, deviation, n } = summary
  const found = { value, n, samples: 'seeds' } as const
  if (deviation === null || deviation === 0) return { ...found, interval: null, p: null }
  const error = deviation / Math.sqrt(n)
  const reach = error * studentt.inv((1 + confidence) / 2, n - 1)
  return { ...found, interval: [value - reach, value + reach], p: 2 * studentt.cdf(-Math.abs(value) / error, n - 1) }
}
