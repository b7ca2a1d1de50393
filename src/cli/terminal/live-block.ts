import type { WriteStream } from 'node:tty'
import { harmless } from '../output.js'
import { clip, width } from './clip.js'

const synchronizedUpdate = ['\u001b[?2026h', '\u001b[?2026l'] as const
const eraseToEndOfLine = '\u001b[K'
const eraseBelow = '\u001b[J'

/**
 * A few lines at the bottom of a terminal that are redrawn in place.
 *
 * The lines do not flicker: a refresh is one write, in a synchronized update if the terminal supports it, that overwrites
 * each line and erases only the rest of the old one. Lines are clipped to the width, so that each is one row. A terminal that
 * has become narrower has wrapped the old lines, and the rows to go up are counted accordingly.
 */
export class LiveBlock {
  private drawn: string[] = []
  private drawnColumns = 0
  /** True between the first render() and clear(). */
  private isShown = false

  constructor(private readonly terminal: WriteStream) {}

  /**
   * The columns that a line can use. The last one stays free, because a character there leaves the cursor in a pending
   * wrap.
   */
  get columns(): number {
    return Math.max(10, (this.terminal.columns || 80) - 1)
  }

  /** Draws `lines` over the old block. */
  render(lines: readonly string[]): void {
    if (!this.isShown) process.on('SIGTSTP', this.suspend)
    this.isShown = true
    this.draw([], lines)
  }

  /** Prints lines that stay, above the block. */
  print(lines: readonly string[]): void {
    this.draw(lines, this.drawn)
  }

  /** Erases the block: the next line that is written takes its place. */
  clear(): void {
    process.off('SIGTSTP', this.suspend)
    this.isShown = false
    if (this.drawn.length > 0) this.draw([], [])
  }

  /** Handles Ctrl-Z: the shell writes below the block until fg, so the block starts again there. */
  private readonly suspend = () => {
    this.drawn = []
    process.kill(process.pid, 'SIGSTOP')
  }

  private draw(above: readonly string[], block: readonly string[]): void {
    const lines = block.slice(0, Math.max(1, (this.terminal.rows || 24) - 1)).map((line) => clip(line, this.columns))
    const columns = this.terminal.columns || 80
    const rows = this.drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(width(line) / columns)), 0)
    const up = rows > 0 ? `\r\u001b[${rows}A` : '\r'
    // tmux keeps the mark of a wrapped row that is only overwritten, and later joins it with the next row.
    const erase = columns === this.drawnColumns ? '' : eraseBelow
    const text = [...above, ...lines].map((line) => harmless(line) + eraseToEndOfLine + '\n').join('')
    this.terminal.write(synchronizedUpdate[0] + up + erase + text + eraseBelow + synchronizedUpdate[1])
    this.drawn = lines
    this.drawnColumns = columns
  }
}
