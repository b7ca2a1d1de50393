import { styleText } from 'node:util'
import { asExpected, type Comparison, type ExpectedTable, type Quantity } from '../../report/expected-table.js'
import { decimals } from '../../numbers.js'
import { width } from './clip.js'
import { table } from './table.js'

/**
 * Our numbers beside the expected ones, as lines: the quantities side by side, or one below the other if that would be wider
 * than `columns`.
 */
export function comparisonTable(expected: ExpectedTable, columns: number): string[] {
  const indices = expected.quantities.map((_, index) => index)
  const sideBySide = quantityTable(expected, indices)
  if (Math.max(...sideBySide.map(width)) <= columns) return sideBySide
  return indices.flatMap((index) => [...(index === 0 ? [] : ['']), ...quantityTable(expected, [index])])
}

/** @param indices positions of the quantities to show */
function quantityTable({ rowTitle, source, quantities, rows }: ExpectedTable, indices: readonly number[]): string[] {
  const columns = indices.flatMap((index) => {
    const group = quantities[index]!.title
    return [
      { title: 'ours', align: 'right', group },
      { title: source, align: 'right', group },
    ] as const
  })
  return table(
    [{ title: rowTitle }, ...columns],
    rows.map(({ label, comparisons }) => [
      label,
      ...indices.flatMap((index) => cells(quantities[index]!, comparisons[index] ?? { ours: null })),
    ]),
  )
}

function cells(quantity: Quantity, comparison: Comparison): string[] {
  const { ours, expected } = comparison
  const digits = quantity.digits
  const verdict = mark(asExpected(quantity, comparison))
  return [decimals(ours, digits), `${styleText('dim', decimals(expected, digits))} ${verdict}`]
}

/** One column wide, so that the numbers before it are aligned. */
function mark(isGood: boolean | undefined): string {
  if (isGood === undefined) return ' '
  return isGood ? styleText('green', '✓') : styleText('red', '✗')
}
