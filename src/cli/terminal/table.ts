import { styleText } from 'node:util'
import { width } from './clip.js'

export interface TableColumn {
  title: string
  align?: 'right'
  /** The heading above this column and its neighbours of the same group. */
  group?: string
}

const gap = '  '

/**
 * Rows of cells as lines: bold headings, and two blanks between columns, each as wide as its widest cell. Cells may be
 * styled.
 *
 *                test accuracy (%)
 *     rate         ours  published
 *     3⁻²         96.71      96.75
 */
export function table(columns: readonly TableColumn[], rows: readonly (readonly string[])[]): string[] {
  const titles = columns.map(({ title }) => title)
  const widths = titles.map((title, i) => Math.max(width(title), ...rows.map((row) => width(row[i] ?? ''))))
  const groups = groupsOf(columns)
  for (const { title, first, length } of groups) {
    // A heading that is wider than its columns widens the first of them.
    widths[first]! += Math.max(0, width(title) - spanOf(widths.slice(first, first + length)))
  }
  const line = (cells: readonly string[]) =>
    columns
      .map(({ align }, i) => pad(cells[i] ?? '', widths[i]!, align))
      .join(gap)
      .trimEnd()
  const groupLine = groups
    .map(({ title, first, length }) => pad(title, spanOf(widths.slice(first, first + length)), columns[first]!.align))
    .join(gap)
    .trimEnd()
  const headings = groupLine === '' ? [line(titles)] : [groupLine, line(titles)]
  return [...headings.map((heading) => styleText('bold', heading)), ...rows.map(line)]
}

/** Neighbouring columns with the same heading; a column without one is a group of its own. */
function groupsOf(columns: readonly TableColumn[]): { title: string; first: number; length: number }[] {
  const groups: { title: string; first: number; length: number }[] = []
  for (const [first, { group = '' }] of columns.entries()) {
    const last = groups.at(-1)
    if (last !== undefined && group !== '' && last.title === group) last.length++
    else groups.push({ title: group, first, length: 1 })
  }
  return groups
}

const spanOf = (widths: readonly number[]): number =>
  widths.reduce((sum, columns) => sum + columns, gap.length * (widths.length - 1))

function pad(cell: string, columns: number, align: TableColumn['align']): string {
  const blanks = ' '.repeat(columns - width(cell))
  return align === 'right' ? blanks + cell : cell + blanks
}
