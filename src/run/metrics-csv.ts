import { LayerRotationError } from '../errors.js'
import { csvLine, parseCell, requireAscending, requireWithin, splitCsv } from '../rotation/csv.js'
import type { EpochMetrics, InitialMetrics } from './metrics.js'
import {
  metricsColumns,
  metricsKey,
  metricsRange,
  optionalKeys,
  requireMetricsColumns,
  type MetricsKey,
} from './metrics-columns.js'

/** The first line of a metrics.csv that begins, of a run whose weights are not averaged. */
export const metricsHeader = csvLine(metricsColumns)

/** One line of metrics.csv. @param columns the file's */
export const metricsLine = (
  metrics: EpochMetrics | InitialMetrics,
  columns: readonly string[] = metricsColumns,
): string => csvLine(columns.map((name) => metricsCell(metrics, name)))

/** The value of a row in a column of the file; null if it was not measured. */
export function metricsCell(metrics: Partial<EpochMetrics>, column: string): number | null {
  const key = metricsKey(column)
  return (key === undefined ? metrics.custom?.[column] : metrics[key]) ?? null
}

/** The rows of metrics.csv. */
export interface MetricsRows {
  /** Row 0; absent unless the run evaluated before its first step. */
  initial?: InitialMetrics
  /** The rows after each epoch. */
  metrics: EpochMetrics[]
}

/** Reads the rows after each epoch. @throws {LayerRotationError} INVALID_FILE, naming file and line */
export const parseMetrics = (text: string, file: string): EpochMetrics[] => parseMetricsRows(text, file).metrics

/** Reads metrics.csv. @throws {LayerRotationError} INVALID_FILE, naming file and line */
export function parseMetricsRows(text: string, file: string): MetricsRows {
  const csv = splitCsv(text, file)
  requireMetricsColumns(csv.columns, file)
  const metrics: EpochMetrics[] = []
  let initial: InitialMetrics | undefined
  for (const { where, cells } of csv.rows) {
    const row = readRow(csv.columns, cells, where)
    if (initial === undefined && metrics.length === 0 && isInitial(row)) {
      initial = initialMetrics(row, where)
      continue
    }
    requireValues(row, optionalKeys, where)
    const epoch = row as EpochMetrics
    requireAscending(epoch.epoch, metrics.at(-1)?.epoch ?? 0, where, 'epoch')
    metrics.push(epoch)
  }
  return initial === undefined ? { metrics } : { initial, metrics }
}

/** A row of which any value may be missing. */
type Row = Record<MetricsKey, number | null> & Pick<EpochMetrics, 'custom'>

function readRow(columns: readonly string[], cells: readonly string[], where: string): Row {
  const row: Partial<Record<MetricsKey, number | null>> = { examplesPerSecond: null, peakMemory: null }
  const custom: Record<string, number | null> = {}
  columns.forEach((name, column) => {
    const value = parseCell(cells[column]!, where, name)
    if (value !== null) requireWithin(value, metricsRange(name), where, name)
    const key = metricsKey(name)
    if (key === undefined) custom[name] = value
    else row[key] = value
  })
  return { ...row, custom } as Row
}

/** The values that only a trained epoch has. */
const trained = ['learningRate', 'trainLoss', 'trainAccuracy', 'examplesPerSecond', 'peakMemory'] as const

/** Tells row 0 from that of a training that was interrupted within its first epoch. */
const isInitial = (row: Row): boolean => row.epoch === 0 && trained.every((key) => row[key] === null)

const optionalAtStart: ReadonlySet<MetricsKey> = new Set([...optionalKeys, ...trained])

function initialMetrics(row: Row, where: string): InitialMetrics {
  requireValues(row, optionalAtStart, where)
  const { valLoss, valAccuracy, testLoss, testAccuracy, seconds, valTop5Accuracy, testTop5Accuracy } = row
  const scores = { valLoss, valAccuracy, testLoss, testAccuracy, valTop5Accuracy, testTop5Accuracy }
  return { epoch: 0, ...scores, seconds: seconds! }
}

function requireValues(row: Row, optional: ReadonlySet<MetricsKey>, where: string): void {
  const missing = metricsColumns.find((name) => {
    const key = metricsKey(name)!
    return row[key] === null && !optional.has(key)
  })
  if (missing === undefined) return
  throw new LayerRotationError('INVALID_FILE', `${where}: ${missing} is empty; expected a number`)
}
