import { styleText } from 'node:util'
import { width } from './clip.js'

export interface TableColumn {
  title: string
  align?: 'right'
}

/** Rows of cells as lines: a bold title above each column, two blanks between columns as wide as their widest cell. */
export function table(columns: readonly TableColumn[], rows: readonly (readonly string[])[]): string[] {
  const titles = columns.map(({ title }) => title)
  const widths = titles.map((title, i) => Math.max(width(title), ...rows.map((row) => width(row[i] ?? ''))))
  const line = (cells: readonly string[]) =>
    columns
      .map(({ align }, i) => {
        const cell = cells[i] ?? ''
        const blanks = ' '.repeat(widths[i]! - width(cell))
        return align === 'right' ? blanks + cell : cell + blanks
      })
      .join('  ')
      .trimEnd()
  return [styleText('bold', line(titles)), ...rows.map(line)]
}
