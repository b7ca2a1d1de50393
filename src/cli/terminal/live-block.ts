import type { WriteStream } from 'node:tty'
import { clip, width } from './clip.js'

const synchronizedUpdate = ['\u001b[?2026h', '\u001b[?2026l'] as const
const eraseToEndOfLine = '\u001b[K'
const eraseBelow = '\u001b[J'

/**
 * A few lines at the bottom of a terminal that are drawn over in place.
 *
 * No flicker: a refresh is one write that overwrites each line and erases only what is left of the old one, inside a
 * synchronized update where the terminal knows it. Lines are clipped to the width, so that one line is one row; after
 * the terminal has become narrower it has wrapped what was drawn before, and the rows to go up are counted accordingly.
 */
export class LiveBlock {
  private drawn: string[] = []
  private drawnColumns = 0
  /** Between the first render() and clear(). */
  private stands = false

  constructor(private readonly terminal: WriteStream) {}

  /** Columns that a line can use. The last one stays free: a character there leaves the cursor in a pending wrap. */
  get columns(): number {
    return Math.max(10, (this.terminal.columns || 80) - 1)
  }

  /** Draws `lines` over the block that stands there. */
  render(lines: readonly string[]): void {
    if (!this.stands) process.on('SIGTSTP', this.suspend)
    this.stands = true
    this.draw([], lines)
  }

  /** Prints lasting lines above the block. */
  print(lines: readonly string[]): void {
    this.draw(lines, this.drawn)
  }

  /** Erases the block: what is written next takes its place. */
  clear(): void {
    process.off('SIGTSTP', this.suspend)
    this.stands = false
    if (this.drawn.length > 0) this.draw([], [])
  }

  /** Ctrl-Z: until fg the shell writes below the block, so it starts anew there. */
  private readonly suspend = () => {
    this.drawn = []
    process.kill(process.pid, 'SIGSTOP')
  }

  private draw(above: readonly string[], block: readonly string[]): void {
    const lines = block.slice(0, Math.max(1, (this.terminal.rows || 24) - 1)).map((line) => clip(line, this.columns))
    const columns = this.terminal.columns || 80
    const rows = this.drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(width(line) / columns)), 0)
    const up = rows > 0 ? `\r\u001b[${rows}A` : '\r'
    // Overwritten, a row that was wrapped stays marked as such in tmux, which later joins it with the next.
    const erase = columns === this.drawnColumns ? '' : eraseBelow
    const text = [...above, ...lines].map((line) => line + eraseToEndOfLine + '\n').join('')
    this.terminal.write(synchronizedUpdate[0] + up + erase + text + eraseBelow + synchronizedUpdate[1])
    this.drawn = lines
    this.drawnColumns = columns
  }
}
