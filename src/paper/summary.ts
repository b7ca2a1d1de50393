import type { Run } from '../run/open-run.js'
import type { ExpectedTable } from '../report/expected-table.js'
import { nominalRate } from '../schedule/nominal-rate.js'
import type { Expected, PaperTask, PaperTraining } from './task.js'

/** One training in summary.json: ours beside the numbers that are expected. */
export interface PaperRow extends Required<Expected> {
  label: string
  learningRate: number | null
  /** That the training took, with the evaluation after each epoch. */
  seconds: number
  expected: Expected
}

/** summary.json: a row for each training that has come to its end, in the order of the task. */
export interface PaperSummary {
  rows: PaperRow[]
}

/** The row of a finished run. */
export function paperRow(run: Run, { label, expected }: PaperTraining): PaperRow {
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

/** A count of correct images out of 10,000 has two decimals as percent; what the product adds to them is rounding. */
const percent = (fraction: number | null | undefined): number => Number(((fraction ?? Number.NaN) * 100).toFixed(4))

/** Ours against the expected numbers. */
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
