import { LayerRotationError } from '../errors.js'

/** The text of a table: its columns, and its rows, which are read one by one. */
export interface CsvText {
  columns: string[]
  rows: Iterable<CsvRow>
}

export interface CsvRow {
  /** File and line: `metrics.csv:2`. */
  where: string
  /** [columns] */
  cells: string[]
}

/**
 * One line of a CSV file. A number has the fewest digits that read back as the same double; null is an empty cell. Names
 * must hold no commas or quotes.
 */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map((cell) => cell ?? '').join(',')}\n`
}

/** The most columns: those of a rotation table of a network of ten thousand layers, and some. */
const mostColumns = 2 ** 15

/** The most cells of a table, which fit into memory as numbers. */
const mostCells = 2 ** 24

/**
 * Reads a header and its rows, each when it is asked for. Leaves out a last line without a line break, which a crash cut off.
 *
 * @throws {LayerRotationError} INVALID_FILE, naming file and line; so do the rows
 */
export function splitCsv(text: string, file: string): CsvText {
  const end = text.indexOf('\n')
  if (end === -1) throw new LayerRotationError('INVALID_FILE', `${file}:1: found no line; expected column names`)
  if (text[end - 1] === '\r') {
    const message = `${file}:1: the lines end as on Windows (CRLF); expected LF alone: run \`dos2unix ${file}\``
    throw new LayerRotationError('INVALID_FILE', message)
  }
  const columns = text.slice(0, end).split(',', mostColumns + 1)
  if (columns.length > mostColumns) {
    throw new LayerRotationError('INVALID_FILE', `${file}:1: found more than ${mostColumns} columns; expected fewer`)
  }
  return { columns, rows: rowsOf(text, end + 1, columns, file) }
}

function* rowsOf(text: string, begin: number, columns: readonly string[], file: string): Generator<CsvRow> {
  for (let line = 2; ; line++) {
    const end = text.indexOf('\n', begin)
    if (end === -1) return
    const where = `${file}:${line}`
    const content = text.slice(begin, end)
    const cells = content.split(',', columns.length + 1)
    if (cells.length !== columns.length) {
      const found =
        content.length > 10_000 ? `a line of ${content.length} characters` : `${content.split(',').length} cells`
      const message = `${where}: found ${found}; expected ${columns.length} cells: ${listed(columns)}`
      throw new LayerRotationError('INVALID_FILE', message)
    }
    if ((line - 1) * columns.length > mostCells) {
      const message = `${where}: found more than ${mostCells} cells in the table, which is not read further`
      throw new LayerRotationError('INVALID_FILE', message)
    }
    yield { where, cells }
    begin = end + 1
  }
}

function listed(columns: readonly string[]): string {
  const text = columns.slice(0, 50).join(',')
  return columns.length > 50 || text.length > 1000 ? `${text.slice(0, 1000)}…` : text
}

/** The number in a cell; null if the cell is empty. @throws {LayerRotationError} INVALID_FILE, naming line and column */
export function parseCell(cell: string, where: string, column: string): number | null {
  if (cell === '') return null
  const number = Number(cell)
  if (cell.trim() !== cell || (Number.isNaN(number) && cell !== 'NaN')) {
    const message = `${where}: column ${column}: found ${JSON.stringify(cell.slice(0, 100))}; expected a number`
    throw new LayerRotationError('INVALID_FILE', message)
  }
  return number
}

/** The values that a column may hold. */
export interface CellRange {
  low: number
  high: number
  /** Values outside the range that are also possible, such as NaN for what cannot be measured. */
  also?: readonly number[]
}

/** Epochs done. The limit keeps the work of drawing and counting steps finite. */
export const epochRange: CellRange = { low: 0, high: 1e9 }

export const isWithin = (value: number, { low, high, also = [] }: CellRange): boolean =>
  (value >= low && value <= high) || also.includes(value)

/** The range in words: `0 to 1, or NaN`. */
export function rangeText({ low, high, also = [] }: CellRange): string {
  const alternatives = also.map((other) => `, or ${other}`).join('')
  return `${high === Infinity ? `at least ${low}` : `${low} to ${high}`}${alternatives}`
}

/** Checks a number of a table. @throws {LayerRotationError} INVALID_FILE, naming line and column */
export function requireWithin(value: number, range: CellRange, where: string, column: string): void {
  if (isWithin(value, range)) return
  const message = `${where}: column ${column}: found ${value}; expected ${rangeText(range)}`
  throw new LayerRotationError('INVALID_FILE', message)
}

/** Checks that a column does not fall. @throws {LayerRotationError} INVALID_FILE, naming line and column */
export function requireAscending(value: number, before: number, where: string, column: string): void {
  if (value >= before) return
  const message = `${where}: column ${column}: found ${value} after ${before}; expected numbers that do not fall`
  throw new LayerRotationError('INVALID_FILE', message)
}
