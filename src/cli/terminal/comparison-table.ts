import { styleText } from 'node:util'
import { asExpected, type Comparison, type ExpectedTable, type Quantity } from '../../report/expected-table.js'

/**
 * Ours against the expected numbers, as lines: the quantities side by side, or below each other where that is wider
 * than `columns`.
 */
export function comparisonTable(table: ExpectedTable, columns: number): string[] {
  const first = leftColumn(table)
  const others = table.quantities.map((quantity, index) => quantityColumns(table, quantity, index))
  const widthOf = (column: Column) => column.header.length
  if (widthOf(first) + others.map(widthOf).reduce((sum, width) => sum + gap.length + width, 0) <= columns) {
    return sideBySide([first, ...others])
  }
  return others.flatMap((column, i) => [...(i === 0 ? [] : ['']), ...sideBySide([first, column])])
}

/** Cells of equal width, one a line of the table. */
interface Column {
  title: string
  header: string
  cells: readonly string[]
}

const gap = '   '
const mark = { good: '✓', bad: '✗', none: ' ' }

function leftColumn({ rowTitle, rows }: ExpectedTable): Column {
  const width = Math.max(rowTitle.length, ...rows.map(({ label }) => label.length))
  return {
    title: ' '.repeat(width),
    header: rowTitle.padEnd(width),
    cells: rows.map(({ label }) => label.padEnd(width)),
  }
}

function quantityColumns({ rows, source }: ExpectedTable, quantity: Quantity, index: number): Column {
  const header = `${'ours'.padStart(numberColumns)} ${source.padStart(expectedColumns)}  `
  return {
    title: quantity.title.padStart(header.length - 2).padEnd(header.length),
    header,
    cells: rows.map(({ comparisons }) => cell(quantity, comparisons[index] ?? { ours: null })),
  }
}

const numberColumns = 7
const expectedColumns = 9

function cell(quantity: Quantity, comparison: Comparison): string {
  const good = asExpected(quantity, comparison)
  const verdict = good === undefined ? mark.none : good ? styleText('green', mark.good) : styleText('red', mark.bad)
  const ours = decimals(comparison.ours, quantity.digits).padStart(numberColumns)
  const expected = decimals(comparison.expected, quantity.digits).padStart(expectedColumns)
  return `${ours} ${styleText('dim', expected)} ${verdict}`
}

function decimals(value: number | null | undefined, digits: number): string {
  return value === null || value === undefined ? '–' : value.toFixed(digits)
}

function sideBySide(columns: readonly Column[]): string[] {
  const rows = columns[0]?.cells.length ?? 0
  const line = (cells: readonly (string | undefined)[]) => cells.join(gap).trimEnd()
  return [
    styleText('bold', line(columns.map(({ title }) => title))),
    line(columns.map(({ header }) => header)),
    ...Array.from({ length: rows }, (_, row) => line(columns.map(({ cells }) => cells[row]))),
  ]
}
