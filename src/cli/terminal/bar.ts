import { styleText } from 'node:util'

/** A progress bar of `columns` columns; `fraction`, 0 … 1, is done. */
export function bar(fraction: number, columns: number): string {
  const halves = Math.round(Math.min(1, Math.max(0, fraction)) * columns * 2)
  const done = '━'.repeat(Math.floor(halves / 2)) + (halves % 2 === 1 ? '╸' : '')
  return styleText('cyan', done) + styleText('dim', '─'.repeat(columns - done.length))
}
