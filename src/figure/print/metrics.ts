import { averageColumns, metricsColumns, metricsKey } from '../../run/metrics-columns.js'
import type { EpochMetrics } from '../../run/metrics.js'
import { columnOf } from './quantities.js'

/**
 * Finds a quantity of metrics.csv, by the name of its column or as programs name it: `test_accuracy` or `testAccuracy`.
 *
 * @returns undefined if the rows have no such column
 */
export function metricOf(
  metrics: readonly EpochMetrics[],
  quantity: string,
): ((row: EpochMetrics) => number | null) | undefined {
  const columns = metricsIn(metrics)
  const name = [quantity, columnOf(quantity)].find((one) => columns.includes(one))
  if (name === undefined) return undefined
  const key = metricsKey(name)
  return key === undefined ? (row) => row.custom[name] ?? null : (row) => row[key] ?? null
}

/** The columns of metrics.csv, those of callbacks too; none without a row. */
export function metricsIn([first]: readonly EpochMetrics[]): string[] {
  if (first === undefined) return []
  const average = first.averageTestLoss === undefined ? [] : averageColumns
  const standard = [...metricsColumns, ...average].filter((column) => column !== 'epoch')
  return [...standard, ...Object.keys(first.custom)]
}
