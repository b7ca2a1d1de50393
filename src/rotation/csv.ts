import { LayerRotationError } from '../errors.js'

/** A table of texts. */
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

/** One line of a CSV file, shortest digits that read back as the same double. Names hold no commas or quotes. */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map((cell) => cell ?? '').join(',')}\n`
}

/**
 * Reads a header and its rows. A last line without its line break was cut off by a crash and is left out.
 *
 * @throws {LayerRotationError} INVALID_FILE, naming file and line
 */
export function parseCsv(text: string, file: string): Csv {
  const { columns, rows } = splitCsv(text, file)
  return { columns, rows: rows.map((row, i) => row.map((cell, c) => parseCell(cell, `${file}:${i + 2}`, columns[c]!))) }
}

/** As parseCsv, with the cells as they are written. */
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

/** A cell's number; null where it is empty. @throws {LayerRotationError} INVALID_FILE, naming line and column */
export function parseCell(cell: string, line: string, column: string): number | null {
  if (cell === '') return null
  const number = Number(cell)
  if (cell.trim() !== cell || (Number.isNaN(number) && cell !== 'NaN')) {
    const message = `${line}: column ${column}: found ${JSON.stringify(cell)}; expected a number`
    throw new LayerRotationError('INVALID_FILE', message)
  }
  return number
}
