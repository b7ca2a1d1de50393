import { styleText } from 'node:util'
import { decimals, signed } from '../../numbers.js'
import type { PaperComparison } from '../../paper/comparison/compare.js'
import type { ComparisonRow } from '../../paper/comparison/rows.js'
import { axisTitle, valueText } from '../../study/value-text.js'
import { table, type TableColumn } from '../terminal/table.js'

/**
 * A comparison as tables, one for each quantity: ours, mean ± standard deviation over seeds, beside the published number.
 *
 *     test accuracy (%)
 *     task      rate          ours  n  published  difference
 *     C10-CNN1  3⁻¹   79.71 ± 0.25  3      79.68       +0.03
 */
export function comparisonLines({ rows, scale, reference }: PaperComparison): string[] {
  const quantities = new Map<string, ComparisonRow[]>()
  for (const row of rows) quantities.set(row.title, [...(quantities.get(row.title) ?? []), row])
  const isScaled = scale === 'laptop'
  const tables = [...quantities].flatMap(([title, found]) => [
    '',
    styleText('bold', title),
    ...(isScaled ? orderTable(found) : numberTable(found)),
  ])
  return [...tables, '', ...notes(isScaled, reference)]
}

const right = (title: string): TableColumn => ({ title, align: 'right' })

function numberTable(rows: readonly ComparisonRow[]): string[] {
  return table(
    [...labelColumns(rows), ...['ours', 'n', 'published', 'difference'].map(right)],
    rows.map((row) => [...labels(row, rows), ...ourCells(row), publishedText(row), signed(row.difference, row.digits)]),
  )
}

function orderTable(rows: readonly ComparisonRow[]): string[] {
  const isEffect = rows.some(({ quantity }) => quantity === 'effect')
  return table(
    [
      ...labelColumns(rows),
      ...['ours', 'n', 'published', 'rank', 'published rank'].map(right),
      ...(isEffect ? [{ title: 'same sign' }] : []),
    ],
    rows.map((row) => [
      ...labels(row, rows),
      ...ourCells(row),
      publishedText(row),
      decimals(row.ranks?.ours, placesIn(row)),
      decimals(row.ranks?.published, placesIn(row)),
      ...(isEffect ? [signText(row)] : []),
    ]),
  )
}

/** Equal numbers share a rank, which may then end in a half. */
const placesIn = ({ ranks }: ComparisonRow): number =>
  ranks !== null && Number.isInteger(ranks.ours) && Number.isInteger(ranks.published) ? 0 : 1

function signText({ sameSign }: ComparisonRow): string {
  if (sameSign === null) return '–'
  return sameSign ? styleText('green', 'yes') : styleText('red', 'no')
}

/** The axes on which the rows differ, and the task. */
function axesOf(rows: readonly ComparisonRow[]): string[] {
  const axes = Object.keys(rows[0]!.values)
  return axes.filter((axis) => axis === 'task' || new Set(rows.map(({ values }) => values[axis])).size > 1)
}

const labelColumns = (rows: readonly ComparisonRow[]): TableColumn[] =>
  axesOf(rows).map((axis) => ({ title: axisTitle(axis) }))

const labels = ({ values }: ComparisonRow, rows: readonly ComparisonRow[]): string[] =>
  axesOf(rows).map((axis) => valueText(axis, values[axis]!))

function ourCells({ ours, digits }: ComparisonRow): [ours: string, n: string] {
  if (ours === null) return ['–', '0']
  const spread = ours.sd === null ? '' : ` ± ${decimals(ours.sd, digits)}`
  return [`${decimals(ours.mean, digits)}${spread}`, String(ours.n)]
}

function publishedText({ published, digits }: ComparisonRow): string {
  if (published === null || typeof published === 'number') return decimals(published, digits)
  return published.map((bound) => decimals(bound, digits)).join(' to ')
}

function notes(isScaled: boolean, reference: PaperComparison['reference']): string[] {
  const values = Object.entries(reference ?? {}).map(([axis, value]) => `${axisTitle(axis)} ${valueText(axis, value)}`)
  return [
    'ours: mean ± standard deviation over n seeds; published: one run each (arXiv 1806.01603v2); –: no number.',
    ...(isScaled ? ['The published trainings are larger: compare ranks and signs, not numbers.'] : []),
    ...(reference === null ? [] : [`Reference of the effects: ${values.join(', ')}.`]),
  ]
}
