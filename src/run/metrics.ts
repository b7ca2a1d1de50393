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
  /** Images, or tokens, that were trained in a second of the epoch, without evaluation; null in runs of earlier versions. */
  examplesPerSecond: number | null
  /**
   * The most memory, in bytes, that the process had in the machine's memory until the end of the epoch; null in runs of
   * earlier versions.
   */
  peakMemory: number | null
  /** The columns that onEpochEnd returned, by their names; null for one that it did not return for this epoch. */
  custom: Readonly<Record<string, number | null>>
}

/** The columns that every metrics.csv has. */
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
} as const satisfies Partial<Record<keyof EpochMetrics, string>>

/** The columns that follow them, unless an earlier version or another program wrote the file. */
const furtherColumns = {
  examplesPerSecond: 'examples_per_second',
  peakMemory: 'peak_memory',
} as const satisfies Partial<Record<keyof EpochMetrics, string>>

type Key = keyof typeof columns | keyof typeof furtherColumns

const names: Record<Key, string> = { ...columns, ...furtherColumns }
const keyOf: ReadonlyMap<string, Key> = new Map(Object.entries(names).map(([key, name]) => [name, key as Key]))
const required: readonly string[] = Object.values(columns)
const optional: ReadonlySet<Key> = new Set([
  'valLoss',
  'valAccuracy',
  'testLoss',
  'testAccuracy',
  'valTop5Accuracy',
  'testTop5Accuracy',
  'examplesPerSecond',
  'peakMemory',
])

/** Rounding may take a loss below 0; float32 holds none above `high`. */
const lossRange: CellRange = { low: -1, high: 3.5e38, also: [NaN, Infinity] }
const accuracyRange: CellRange = { low: 0, high: 1, also: [NaN] }

const ranges: Record<Key, CellRange> = {
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
  examplesPerSecond: { low: 0, high: Infinity },
  peakMemory: { low: 0, high: Infinity },
}
const customRange: CellRange = { low: -Infinity, high: Infinity, also: [NaN] }

/** The columns of a metrics.csv that begins. */
export const metricsColumns: readonly string[] = Object.values(names)

/** Its first line. */
export const metricsHeader = csvLine(metricsColumns)

/** The form of the names of the columns that onEpochEnd may return. */
const customName = /^[A-Za-z][A-Za-z0-9_]{0,63}$/

/** The most columns that onEpochEnd may return. */
export const mostCustomColumns = 1000

/** The form that the name of a column of onEpochEnd should have, in words; undefined if it has that. */
export function expectedCustomName(name: string): string | undefined {
  if (!customName.test(name)) return 'a letter, then letters, digits and _, at most 64 in all'
  return keyOf.has(name) || Object.hasOwn(Object.prototype, name) ? 'a name that is not taken' : undefined
}

/** One line of metrics.csv. @param columns the file's */
export const metricsLine = (metrics: EpochMetrics, columns: readonly string[] = metricsColumns): string =>
  csvLine(columns.map((name) => cellOf(metrics, name)))

function cellOf(metrics: EpochMetrics, name: string): number | null {
  const key = keyOf.get(name)
  return (key === undefined ? metrics.custom[name] : metrics[key]) ?? null
}

/** Reads the columns of a metrics.csv. @throws {LayerRotationError} INVALID_FILE */
export function parseMetricsColumns(found: readonly string[], file: string): readonly string[] {
  const refuse = (problem: string) => {
    const message = `${file}:1: ${problem}; expected ${required.join(',')}, and after them others, each once`
    throw new LayerRotationError('INVALID_FILE', message)
  }
  if (required.some((name, i) => found[i] !== name)) refuse(`the columns are ${found.join(',').slice(0, 1000)}`)
  if (found.length > metricsColumns.length + mostCustomColumns) refuse(`there are ${found.length} columns`)
  found.slice(required.length).forEach((name, i) => {
    const place = found.indexOf(name)
    const isKnown = keyOf.has(name) || expectedCustomName(name) === undefined
    if (!isKnown || place !== required.length + i) refuse(`the columns have ${JSON.stringify(name.slice(0, 100))}`)
  })
  return found
}

/** Reads metrics.csv. @throws {LayerRotationError} INVALID_FILE, naming file and line */
export function parseMetrics(text: string, file: string): EpochMetrics[] {
  const csv = splitCsv(text, file)
  const found = parseMetricsColumns(csv.columns, file)
  const rows: EpochMetrics[] = []
  for (const { where, cells } of csv.rows) {
    const row: Record<string, unknown> = { examplesPerSecond: null, peakMemory: null }
    const custom: Record<string, number | null> = {}
    found.forEach((name, column) => {
      const key = keyOf.get(name)
      const value = valueOf(name, key, cells[column]!, where)
      if (key === undefined) custom[name] = value
      else row[key] = value
    })
    const metrics = { ...row, custom } as unknown as EpochMetrics
    requireAscending(metrics.epoch, rows.at(-1)?.epoch ?? 0, where, columns.epoch)
    rows.push(metrics)
  }
  return rows
}

function valueOf(name: string, key: Key | undefined, cell: string, where: string): number | null {
  const value = parseCell(cell, where, name)
  if (value !== null) requireWithin(value, key === undefined ? customRange : ranges[key], where, name)
  else if (key !== undefined && !optional.has(key)) {
    throw new LayerRotationError('INVALID_FILE', `${where}: ${name} is empty; expected a number`)
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
