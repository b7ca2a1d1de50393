import type { WriteStream } from 'node:tty'
import { styleText } from 'node:util'
import type { DataProgress } from '../../data/progress.js'
import { printable } from '../../printable.js'
import { bar } from '../terminal/bar.js'
import { width } from '../terminal/clip.js'
import { LiveBlock } from '../terminal/live-block.js'
import { Pace, parts } from './pace.js'
import type { WorkDisplay } from './work-display.js'

const redrawInterval = 100 // ms
/** The most columns, as in the display of a training. */
const widest = 59

/**
 * Shows the progress of work with files as two lines of a terminal that are redrawn in place:
 *
 *     downloading cifar-10-binary.tar.gz
 *     ━━━╸──────────── 17.0 MB of 170.1 MB · 2.1 MB/s · 1 min 13 s left
 */
export class LiveWorkDisplay implements WorkDisplay {
  private readonly block: LiveBlock
  private pace: Pace | undefined
  private drawnAt = 0

  constructor(terminal: WriteStream = process.stdout) {
    this.block = new LiveBlock(terminal)
  }

  progress(progress: DataProgress): void {
    this.pace = Pace.of(progress, this.pace)
    if (Date.now() - this.drawnAt < redrawInterval) return
    this.drawnAt = Date.now()
    const columns = Math.min(this.block.columns, widest)
    const after = ` ${parts(this.pace).join(' · ')}`
    const line = bar(progress.done / progress.total, Math.max(4, columns - width(after))) + after
    this.block.render([`${progress.step} ${styleText('bold', printable(progress.subject))}`, line])
  }

  note(line: string): void {
    this.block.print([printable(line)])
  }

  end(): void {
    this.block.clear()
    this.pace = undefined
  }
}
