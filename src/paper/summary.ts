import type { TrainedRun } from '../run/open-run.js'
import type { ExpectedTable } from '../report/expected-table.js'
import { nominalRate } from '../schedule/nominal-rate.js'
import type { Expected, PaperTask, PaperTraining } from './task.js'

/** One training in summary.json: our numbers and the expected ones. */
export interface PaperRow extends Required<Expected> {
  label: string
  learningRate: number | null
  /** Duration of the training, including the evaluation after each epoch. */
  seconds: number
  expected: Expected
}

/** The content of summary.json: a row for each training that has finished, in the order of the task. */
export interface PaperSummary {
  rows: PaperRow[]
}

/** The row of a finished run. */
export function paperRow(run: TrainedRun, { label, expected }: PaperTraining): PaperRow {
  const last = run.metrics.at(-1)
  const { layers } = run.rotation
  return {
    label,
    learningRate: nominalRate(run.config.learningRate),
    testAccuracy: percent(last?.testAccuracy),
    trainAccuracy: percent(last?.trainAccuracy),
    meanRotation: run.rotation.mean().at(-1) ?? Number.NaN,
    rotation: Object.fromEntries(layers.map((layer) => [layer, run.rotation.layer(layer).at(-1) ?? Number.NaN])),
    seconds: last?.seconds ?? Number.NaN,
    expected,
  }
}

/**
 * Four decimals remove the rounding error of the product: a count of correct images out of 10,000 has two decimals in
 * percent.
 */
const percent = (fraction: number | null | undefined): number => Number(((fraction ?? Number.NaN) * 100).toFixed(4))

/** The comparison of our numbers with the expected ones. */
export function paperTable({ source, labelTitle, quantities }: PaperTask, { rows }: PaperSummary): ExpectedTable {
  return {
    title: source.title,
    source: source.word,
    note: source.note,
    rowTitle: labelTitle,
    quantities,
    rows: rows.map((row) => ({
      label: row.label,
      comparisons: quantities.map(({ of }) => {
        const expected = of(row.expected)
        return { ours: of(row) ?? null, ...(expected === undefined ? {} : { expected }) }
      }),
    })),
  }
}
