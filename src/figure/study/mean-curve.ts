import type { StudyRow } from '../../study/study-row.js'
import { summarize } from '../../study/statistics.js'

/** The mean of some runs after an epoch, and the band of one standard deviation around it. */
export interface MeanPoint {
  epoch: number
  mean: number
  low: number
  high: number
  /** How many runs have reached the epoch. */
  n: number
}

/** The mean curve of some runs: at each epoch over the runs that have the value there. */
export function meanCurve(rows: readonly StudyRow[], key: 'meanRotation' | 'testAccuracy'): MeanPoint[] {
  return meanOf(
    rows.map(({ curves }) => (curves === null ? [] : curves.epochs.map((epoch, i) => [epoch, curves[key][i]!]))),
  )
}

/** The mean of some curves, each a list of epochs and values: at each epoch over the curves that have a value there. */
export function meanOf(curves: readonly (readonly (readonly [epoch: number, value: number | null])[])[]): MeanPoint[] {
  const byEpoch = new Map<number, (number | null)[]>()
  for (const [epoch, value] of curves.flat()) byEpoch.set(epoch, [...(byEpoch.get(epoch) ?? []), value])
  return [...byEpoch]
    .sort(([a], [b]) => a - b)
    .flatMap(([epoch, values]) => {
      const summary = summarize(values)
      if (summary === null) return []
      const { mean, deviation, n } = summary
      return [{ epoch, mean, low: mean - (deviation ?? 0), high: mean + (deviation ?? 0), n }]
    })
}
