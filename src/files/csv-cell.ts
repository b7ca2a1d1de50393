import { printable } from '../printable.js'

/** A cell of a CSV file by RFC 4180: texts with commas or quotes stand in quotes, control characters are escaped. */
export function csvCell(cell: string | number | boolean | null): string {
  if (cell === null) return ''
  if (typeof cell !== 'string') return String(cell)
  const text = printable(cell)
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
