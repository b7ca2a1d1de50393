import { LayerRotationError } from '../errors.js'
import type { CellRange } from '../rotation/csv.js'
import { epochRange } from '../rotation/csv.js'
import type { AverageMetrics, EpochMetrics } from './metrics.js'

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

/** The columns that follow in a run whose weights are averaged. */
const columnsOfAverage = {
  averageValLoss: 'average_val_loss',
  averageValAccuracy: 'average_val_accuracy',
  averageTestLoss: 'average_test_loss',
  averageTestAccuracy: 'average_test_accuracy',
} as const satisfies Record<keyof AverageMetrics, string>

/** A value that has a column of its own. */
export type MetricsKey = keyof typeof columns | keyof typeof furtherColumns | keyof AverageMetrics

const names: Record<MetricsKey, string> = { ...columns, ...furtherColumns, ...columnsOfAverage }
const keyOf = new Map(Object.entries(names).map(([key, name]) => [name, key as MetricsKey]))
const required: readonly string[] = Object.values(columns)

/** The value that a column holds; undefined for one that onEpochEnd returned. */
export const metricsKey = (column: string): MetricsKey | undefined => keyOf.get(column)

/** The columns of a metrics.csv that begins, without those of an average. */
export const metricsColumns: readonly string[] = Object.values({ ...columns, ...furtherColumns })

export const averageColumns: readonly string[] = Object.values(columnsOfAverage)

/** The values that may be missing after a trained epoch. */
export const optionalKeys: ReadonlySet<MetricsKey> = new Set([
  'valLoss',
  'valAccuracy',
  'testLoss',
  'testAccuracy',
  'valTop5Accuracy',
  'testTop5Accuracy',
  'examplesPerSecond',
  'peakMemory',
  'averageValLoss',
  'averageValAccuracy',
  'averageTestLoss',
  'averageTestAccuracy',
])

/** Rounding may take a loss below 0; float32 holds none above `high`. */
const lossRange: CellRange = { low: -1, high: 3.5e38, also: [NaN, Infinity] }
const accuracyRange: CellRange = { low: 0, high: 1, also: [NaN] }

const ranges: Record<MetricsKey, CellRange> = {
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
  averageValLoss: lossRange,
  averageValAccuracy: accuracyRange,
  averageTestLoss: lossRange,
  averageTestAccuracy: accuracyRange,
}

/** The values that a column may hold. */
export function metricsRange(column: string): CellRange {
  const key = metricsKey(column)
  return key === undefined ? { low: -Infinity, high: Infinity, also: [NaN] } : ranges[key]
}

/** The form of the names of the columns that onEpochEnd may return. */
const customName = /^[A-Za-z][A-Za-z0-9_]{0,63}$/

/** The names that loggers give to numbers of other tables. */
const namesOfLoggers: ReadonlySet<string> = new Set(['mean_rotation'])

/** The most columns that onEpochEnd may return. */
export const mostCustomColumns = 1000

/** The most columns of a metrics.csv. */
export const mostColumns = Object.keys(names).length + mostCustomColumns

/** The form that the name of a column of onEpochEnd should have, in words; undefined if it has that. */
export function expectedCustomName(name: string): string | undefined {
  if (!customName.test(name)) return 'a letter, then letters, digits and _, at most 64 in all'
  const isTaken = keyOf.has(name) || namesOfLoggers.has(name) || Object.hasOwn(Object.prototype, name)
  return isTaken ? 'a name that is not taken' : undefined
}

/** Checks the columns of a metrics.csv. @throws {LayerRotationError} INVALID_FILE */
export function requireMetricsColumns(found: readonly string[], file: string): void {
  const refuse = (problem: string) => {
    const message = `${file}:1: ${problem}; expected ${required.join(',')}, and after them others, each once`
    throw new LayerRotationError('INVALID_FILE', message)
  }
  if (required.some((name, i) => found[i] !== name)) refuse(`the columns are ${found.join(',').slice(0, 1000)}`)
  if (found.length > mostColumns) refuse(`there are ${found.length} columns`)
  found.slice(required.length).forEach((name, i) => {
    const isKnown = keyOf.has(name) || expectedCustomName(name) === undefined
    const isFirst = found.indexOf(name) === required.length + i
    if (!isKnown || !isFirst) refuse(`the columns have ${JSON.stringify(name.slice(0, 100))}`)
  })
}
