import { LayerRotationError } from '../errors.js'
import { csvLine, parseCsv } from '../trajectory/csv.js'

/** One row of metrics.csv. Losses are mean cross-entropies; accuracies are 0 … 1; null was not measured. */
export interface EpochMetrics {
  /** Epochs done: 1 after the first; a fraction where a run was interrupted within an epoch. */
  epoch: number
  /** Of the epoch's last step. */
  learningRate: number
  /** Over the epoch's images in training mode, while the weights move. */
  trainLoss: number
  trainAccuracy: number
  valLoss: number | null
  valAccuracy: number | null
  /** After the epoch, in evaluation mode. */
  testLoss: number | null
  testAccuracy: number | null
  /** Since the start of training. */
  seconds: number
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
} as const satisfies Record<keyof EpochMetrics, string>

const keys = Object.keys(columns) as (keyof EpochMetrics)[]
const optional: ReadonlySet<keyof EpochMetrics> = new Set(['valLoss', 'valAccuracy', 'testLoss', 'testAccuracy'])

/** metrics.csv's first line. */
export const metricsHeader = csvLine(Object.values(columns))

/** One line of metrics.csv. */
export const metricsLine = (metrics: EpochMetrics): string => csvLine(keys.map((key) => metrics[key]))

/** Reads metrics.csv. @throws {LayerRotationError} INVALID_FILE, naming file and line */
export function parseMetrics(text: string, file: string): EpochMetrics[] {
  const csv = parseCsv(text, file)
  if (csvLine(csv.columns) !== metricsHeader) {
    const message = `${file}:1: the columns are ${csv.columns.join(',')}; expected ${metricsHeader.trimEnd()}`
    throw new LayerRotationError('INVALID_FILE', message)
  }
  return csv.rows.map((row, i) => Object.fromEntries(keys.map((key, column) => [key, cell(row, column, i)])) as never)

  function cell(row: (number | null)[], column: number, i: number): number | null {
    const key = keys[column]!
    const value = row[column]!
    if (value === null && !optional.has(key)) {
      throw new LayerRotationError('INVALID_FILE', `${file}:${i + 2}: ${columns[key]} is empty; expected a number`)
    }
    return value
  }
}
