import { z } from 'zod'
import { labelRuns } from '../figure/run-labels.js'
import { inOrder } from '../figure/series.js'
import { cosineDistance, count, decimals, percentOf } from '../numbers.js'
import { lastTested } from '../run/metrics.js'
import type { Run } from '../run/open-run.js'
import { labelOf, sweptAxes } from '../study/study-axes.js'
import { studyGroups } from '../study/study-groups.js'
import { summarize, type Summary } from '../study/statistics.js'
import type { Study } from '../study/study-row.js'
import { validate } from '../validation/validate.js'
import { isRun } from './arguments.js'
import { latex } from './latex.js'

/** A row: its labels, and its numbers over the seeds; null if nothing is known. */
interface Row {
  labels: string[]
  /** How many runs. */
  n: number
  testAccuracy: Summary | null
  meanRotation: Summary | null
  epochs: Summary | null
}

const isStudy = (value: unknown): value is Study => {
  const study = value as Partial<Study> | null | undefined
  return typeof study?.folder === 'string' && Array.isArray(study.axes) && Array.isArray(study.rows)
}

const schema = z.object({
  results: z.union([z.custom<Study>(isStudy), z.array(z.custom<Run>(isRun)).min(1)], {
    error: 'runs, or a study, as openRun and openStudy return them',
  }),
})

/**
 * A table of results for LaTeX, a `tabular` with the rules of the package booktabs: test accuracy, mean rotation of
 * the layers and epochs of each run; or of each group of a study's finished runs that differ by their seed only, the mean ± the
 * sample standard deviation.
 *
 *     latexTable(await openStudy('runs/rates'))
 *
 * @throws {LayerRotationError} INVALID_CONFIG for anything else
 */
export function latexTable(results: readonly Run[] | Study): string {
  validate(schema, { results }, 'latexTable')
  const { titles, rows } = isStudy(results) ? ofStudy(results) : ofRuns(results)
  const hasSeveral = rows.some(({ n }) => n !== 1)
  const heads = [...titles.map(latex), ...(hasSeveral ? ['$n$'] : []), 'test accuracy (\\%)', 'mean rotation', 'epochs']
  const lines = rows.map(({ labels, n, testAccuracy, meanRotation, epochs }) =>
    [
      ...labels.map(latex),
      ...(hasSeveral ? [String(n)] : []),
      plusMinus(testAccuracy, percentOf),
      plusMinus(meanRotation, cosineDistance),
      epochs === null ? none : epochs.deviation ? plusMinus(epochs, (value) => decimals(value, 1)) : count(epochs.mean),
    ].join(' & '),
  )
  const columns = `${'l'.repeat(titles.length)}${'r'.repeat(heads.length - titles.length)}`
  return [
    '% \\usepackage{booktabs}',
    `\\begin{tabular}{${columns}}`,
    '  \\toprule',
    `  ${heads.join(' & ')} \\\\`,
    '  \\midrule',
    ...lines.map((line) => `  ${line} \\\\`),
    '  \\bottomrule',
    '\\end{tabular}',
    '',
  ].join('\n')
}

interface Rows {
  /** The titles of the labels. */
  titles: string[]
  rows: Row[]
}

function ofStudy(study: Study): Rows {
  const axes = sweptAxes(study)
  const rows = studyGroups(study).map((group) => {
    const { testAccuracy, meanRotation, epochs } = group.summaries
    const labels = axes.length === 0 ? [study.name] : axes.map((axis) => labelOf(axis, group))
    return { labels, n: epochs?.n ?? 0, testAccuracy, meanRotation, epochs }
  })
  return { titles: axes.length === 0 ? ['study'] : axes.map(({ title }) => title), rows }
}

function ofRuns(runs: readonly Run[]): Rows {
  const naming = labelRuns(runs)
  const rows = inOrder(runs, naming).map(({ run: { metrics, rotation }, label }) => ({
    labels: [label],
    n: 1,
    testAccuracy: summarize([lastTested(metrics)?.testAccuracy ?? null]),
    meanRotation: summarize([rotation.mean().at(-1) ?? null]),
    epochs: rotation.unit === 'epoch' ? summarize([metrics.at(-1)?.epoch ?? rotation.epochs.at(-1) ?? 0]) : null,
  }))
  return { titles: [naming.title || 'run'], rows }
}

const none = '--'

function plusMinus(summary: Summary | null, text: (value: number) => string): string {
  if (summary === null) return none
  const { mean, deviation } = summary
  return deviation === null ? `$${text(mean)}$` : `$${text(mean)} \\pm ${text(deviation)}$`
}
