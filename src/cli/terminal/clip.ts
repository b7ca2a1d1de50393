import { stripVTControlCharacters } from 'node:util'

// The CLI writes SGR codes only (colours and weights), never cursor movements, inside a line.
const tokens = /\u001b\[[\d;]*m|./gsu

/** The number of columns of `line`: one for each character outside an escape sequence. */
export function width(line: string): number {
  return [...stripVTControlCharacters(line)].length
}

/** Cuts `line` to `columns` columns, the last of them `…` if something is cut off; its colours are still closed. */
export function clip(line: string, columns: number): string {
  if (width(line) <= columns) return line
  let left = columns - 1
  let clipped = ''
  for (const [token] of line.matchAll(tokens)) {
    if (token.startsWith('\u001b')) clipped += token
    else if (left > 0) {
      clipped += token
      left -= 1
    } else if (left === 0) {
      clipped += '…'
      left -= 1
    }
  }
  return columns > 0 ? clipped : ''
}
