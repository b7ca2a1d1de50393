import { LayerRotationError } from '../errors.js'
import {
  csvLine,
  epochRange,
  parseCell,
  requireAscending,
  requireWithin,
  splitCsv,
  type CellRange,
} from '../rotation/csv.js'

/** One row of metrics.csv. Losses are means over images or tokens, accuracies are 0 … 1; null means not measured. */
export interface EpochMetrics {
  /** Epochs done: 1 after the first; a fraction where a run was interrupted within an epoch. */
  epoch: number
  /** Learning rate of the epoch's last step. */
  learningRate: number
  /** Training loss over the epoch's images, in training mode while the weights change. */
  trainLoss: number
  trainAccuracy: number
  /** Loss over the validation split after the epoch, in evaluation mode. */
  valLoss: number | null
  valAccuracy: number | null
  /** Loss over the test split after the epoch, in evaluation mode. */
  testLoss: number | null
  testAccuracy: number | null
  /** Seconds since the start of training, without interruptions. */
  seconds: number
  /** Share of images whose class is among the five most likely ones, 0 … 1; measured with more than 5 classes. */
  valTop5Accuracy: number | null
  testTop5Accuracy: number | null
}

const columns = {
  epoch: 'epoch',
  learningRate: 'learning_rate',
  trainLoss: 'train_loss',
  trainAccuracy: 'train_accuracy',
  valLoss: 'val_loss',
  valAccuracy: 'val_accuracy',
  testLoss: 'test_loss',
  testAccuracy: 'test_accuracy',
  seconds: 'seconds',
  valTop5Accuracy: 'val_top5_accuracy',
  testTop5Accuracy: 'test_top5_accuracy',
} as const satisfies Record<keyof EpochMetrics, string>

const keys = Object.keys(columns) as (keyof EpochMetrics)[]
const optional: ReadonlySet<keyof EpochMetrics> = new Set([
  'valLoss',
  'valAccuracy',
  'testLoss',
  'testAccuracy',
  'valTop5Accuracy',
  'testTop5Accuracy',
])

/** Rounding may take a loss below 0; float32 holds none above `high`. */
const lossRange: CellRange = { low: -1, high: 3.5e38, also: [NaN, Infinity] }
const accuracyRange: CellRange = { low: 0, high: 1, also: [NaN] }

const ranges: Record<keyof EpochMetrics, CellRange> = {
  epoch: epochRange,
  learningRate: { low: 0, high: Infinity, also: [NaN] },
  trainLoss: lossRange,
  trainAccuracy: accuracyRange,
  valLoss: lossRange,
  valAccuracy: accuracyRange,
  testLoss: lossRange,
  testAccuracy: accuracyRange,
  seconds: { low: 0, high: 1e12 },
  valTop5Accuracy: accuracyRange,
  testTop5Accuracy: accuracyRange,
}

/** The first line of metrics.csv. */
export const metricsHeader = csvLine(Object.values(columns))

/** One line of metrics.csv. */
export const metricsLine = (metrics: EpochMetrics): string => csvLine(keys.map((key) => metrics[key]))

/** Reads metrics.csv. @throws {LayerRotationError} INVALID_FILE, naming file and line */
export function parseMetrics(text: string, file: string): EpochMetrics[] {
  const csv = splitCsv(text, file)
  if (csvLine(csv.columns) !== metricsHeader) {
    const message = `${file}:1: the columns are ${csv.columns.join(',').slice(0, 1000)}; expected ${metricsHeader.trimEnd()}`
    throw new LayerRotationError('INVALID_FILE', message)
  }
  const rows: EpochMetrics[] = []
  for (const { where, cells } of csv.rows) {
    const entries = keys.map((key, column) => [key, valueOf(key, cells[column]!, where)])
    const row = Object.fromEntries(entries) as unknown as EpochMetrics
    requireAscending(row.epoch, rows.at(-1)?.epoch ?? 0, where, columns.epoch)
    rows.push(row)
  }
  return rows
}

function valueOf(key: keyof EpochMetrics, cell: string, where: string): number | null {
  const value = parseCell(cell, where, columns[key])
  if (value !== null) requireWithin(value, ranges[key], where, columns[key])
  else if (!optional.has(key)) {
    throw new LayerRotationError('INVALID_FILE', `${where}: ${columns[key]} is empty; expected a number`)
  }
  return value
}

/** Returns the first row with the largest validation accuracy; undefined if none was measured. */
export function bestEpoch(metrics: readonly EpochMetrics[]): EpochMetrics | undefined {
  return metrics.reduce<EpochMetrics | undefined>((best, row) => (isBetter(row, best) ? row : best), undefined)
}

/** Returns the last row with a test accuracy; undefined if none was measured. */
export const lastTested = (metrics: readonly EpochMetrics[]): EpochMetrics | undefined =>
  metrics.findLast(({ testAccuracy }) => testAccuracy !== null)

/** Tells whether a validation accuracy is larger than the best one before. */
export function isBetter({ valAccuracy }: EpochMetrics, best: EpochMetrics | undefined): boolean {
  return valAccuracy !== null && valAccuracy > (best?.valAccuracy ?? -1)
}
