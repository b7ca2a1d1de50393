import { decimals, signed } from '../../numbers.js'
import type { ComparisonTable } from '../../report/paper/comparison-section.js'
import { axisTitle, valueText } from '../../study/value-text.js'
import type { PaperComparison } from './compare.js'
import type { ComparisonRow } from './rows.js'

/**
 * A comparison in words, a table for each quantity: ours, mean ± standard deviation over seeds, beside the published number; with
 * differences at full scale, with ranks and signs for trainings of another size.
 */
export function comparisonTables({ rows, scale }: Pick<PaperComparison, 'rows' | 'scale'>): ComparisonTable[] {
  const quantities = new Map<string, ComparisonRow[]>()
  for (const row of rows) quantities.set(row.title, [...(quantities.get(row.title) ?? []), row])
  const isScaled = scale === 'laptop'
  return [...quantities].map(([title, found]) => {
    const axes = axesOf(found)
    const isEffect = found.some(({ quantity }) => quantity === 'effect')
    return {
      title,
      names: axes.map(axisTitle),
      numbers: ['ours', 'n', 'published', ...(isScaled ? ['rank', 'published rank'] : ['difference'])],
      rows: found.map((row) => ({
        names: axes.map((axis) => valueText(axis, row.values[axis]!)),
        numbers: [...ourCells(row), publishedText(row), ...(isScaled ? rankCells(row) : [differenceText(row)])],
        ...(isScaled && isEffect ? { sameSign: row.sameSign } : {}),
      })),
    }
  })
}

/** Sentences on the numbers of the tables. */
export function comparisonNotes({ scale, reference }: Pick<PaperComparison, 'scale' | 'reference'>): string[] {
  const values = Object.entries(reference ?? {}).map(([axis, value]) => `${axisTitle(axis)} ${valueText(axis, value)}`)
  return [
    'ours: mean ± standard deviation over n seeds; published: one run each (arXiv 1806.01603v2); –: no number.',
    ...(scale === 'laptop' ? ['The published trainings are larger: compare ranks and signs, not numbers.'] : []),
    ...(reference === null ? [] : [`Reference of the effects: ${values.join(', ')}.`]),
  ]
}

/** The axes on which the rows differ, and the task. */
function axesOf(rows: readonly ComparisonRow[]): string[] {
  const axes = Object.keys(rows[0]!.values)
  return axes.filter((axis) => axis === 'task' || new Set(rows.map(({ values }) => values[axis])).size > 1)
}

function ourCells({ ours, digits }: ComparisonRow): [ours: string, n: string] {
  if (ours === null) return ['–', '0']
  const spread = ours.deviation === null ? '' : ` ± ${decimals(ours.deviation, digits)}`
  return [`${decimals(ours.mean, digits)}${spread}`, String(ours.n)]
}

function publishedText({ published, digits }: ComparisonRow): string {
  if (published === null || typeof published === 'number') return decimals(published, digits)
  return published.map((bound) => decimals(bound, digits)).join(' to ')
}

const differenceText = ({ difference, digits }: ComparisonRow): string => signed(difference, digits)

/** Equal numbers share a rank, which may then end in a half. */
function rankCells({ ranks }: ComparisonRow): string[] {
  const isWhole = ranks !== null && Number.isInteger(ranks.ours) && Number.isInteger(ranks.published)
  return [ranks?.ours, ranks?.published].map((rank) => decimals(rank, isWhole ? 0 : 1))
}
