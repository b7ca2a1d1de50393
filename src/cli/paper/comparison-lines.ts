import { styleText } from 'node:util'
import type { PaperComparison } from '../../paper/comparison/compare.js'
import { comparisonNotes, comparisonTables } from '../../paper/comparison/tables.js'
import { table } from '../terminal/table.js'

/**
 * A comparison as tables, one for each quantity: ours, mean ± standard deviation over seeds, beside the published number.
 *
 *     test accuracy (%)
 *     task      rate          ours  n  published  difference
 *     C10-CNN1  3⁻¹   79.71 ± 0.25  3      79.68       +0.03
 */
export function comparisonLines(comparison: PaperComparison): string[] {
  const tables = comparisonTables(comparison).flatMap(({ title, names, numbers, rows }) => {
    const hasSigns = rows.some(({ sameSign }) => sameSign !== undefined)
    const columns = [
      ...names.map((name) => ({ title: name })),
      ...numbers.map((name) => ({ title: name, align: 'right' as const })),
      ...(hasSigns ? [{ title: 'same sign' }] : []),
    ]
    const cells = rows.map((row) => [
      ...row.names,
      ...row.numbers,
      ...(hasSigns ? [signText(row.sameSign ?? null)] : []),
    ])
    return ['', styleText('bold', title), ...table(columns, cells)]
  })
  return [...tables, '', ...comparisonNotes(comparison)]
}

function signText(sameSign: boolean | null): string {
  if (sameSign === null) return '–'
  return sameSign ? styleText('green', 'yes') : styleText('red', 'no')
}
