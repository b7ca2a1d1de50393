import { LayerRotationError } from '../errors.js'

/** A table of strings. */
export interface TextCsv {
  columns: string[]
  /** [rows][columns] */
  rows: string[][]
}

/** A table of numbers; null is an empty cell. */
export interface Csv {
  columns: string[]
  rows: (number | null)[][]
}

/**
 * One line of a CSV file. A number has the fewest digits that read back as the same double; null is an empty cell. Names
 * must hold no commas or quotes.
 */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map((cell) => cell ?? '').join(',')}\n`
}

/**
 * Reads a header and its rows. Leaves out a last line without a line break, which a crash cut off.
 *
 * @throws {LayerRotationError} INVALID_FILE, naming file and line
 */
export function parseCsv(text: string, file: string): Csv {
  const { columns, rows } = splitCsv(text, file)
  return { columns, rows: rows.map((row, i) => row.map((cell, c) => parseCell(cell, `${file}:${i + 2}`, columns[c]!))) }
}

/** Does the same as parseCsv, but keeps the cells as strings. */
export function splitCsv(text: string, file: string): TextCsv {
  const [header, ...lines] = text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(0, -1)
  if (header === undefined)
    throw new LayerRotationError('INVALID_FILE', `${file}:1: found no line; expected column names`)
  const columns = header.split(',')
  return { columns, rows: lines.map((line, i) => splitRow(line, columns, `${file}:${i + 2}`)) }
}

function splitRow(line: string, columns: readonly string[], where: string): string[] {
  const cells = line.split(',')
  if (cells.length === columns.length) return cells
  const message = `${where}: found ${cells.length} cells; expected ${columns.length}: ${columns.join(',')}`
  throw new LayerRotationError('INVALID_FILE', message)
}

/** The number in a cell; null if the cell is empty. @throws {LayerRotationError} INVALID_FILE, naming line and column */
export function parseCell(cell: string, line: string, column: string): number | null {
  if (cell === '') return null
  const number = Number(cell)
  if (cell.trim() !== cell || (Number.isNaN(number) && cell !== 'NaN')) {
    const message = `${line}: column ${column}: found ${JSON.stringify(cell)}; expected a number`
    throw new LayerRotationError('INVALID_FILE', message)
  }
  return number
}
