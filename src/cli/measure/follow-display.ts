import type { CheckpointSeries } from '../../measure/series-measurement.js'
import { summaryOf } from '../../measure/summary.js'
import { count } from '../../numbers.js'
import { printable } from '../../printable.js'
import { print } from '../output.js'
import { canRedraw } from '../progress/displays.js'
import { LiveBlock } from '../terminal/live-block.js'
import { healthLines } from './health-lines.js'

/** Shows a series that is followed. */
export interface FollowDisplay {
  /** Shows the series after a checkpoint. */
  checkpoint: (series: CheckpointSeries) => void
  /** Shows a line that stays. */
  note: (line: string) => void
  /** Shows what is waited for. */
  wait: (reason: string) => void
  /** Shows the series after the last checkpoint, if there is one. Idempotent. */
  end: (series?: CheckpointSeries) => void
}

/** The table that is redrawn in a terminal, and elsewhere a line for each checkpoint, which `isJson` makes a line of JSON. */
export function followDisplay(isJson: boolean): FollowDisplay {
  if (isJson) return new JsonDisplay()
  return canRedraw() ? new LiveFollowDisplay() : new PlainFollowDisplay()
}

/** Prints an object for each checkpoint: its path and step, the layers at it, and the notes since the one before. */
class JsonDisplay implements FollowDisplay {
  private readonly told = new Set<string>()

  checkpoint({ checkpoints, layers, notes }: CheckpointSeries): void {
    const others = notes.filter((note) => !this.told.has(note))
    for (const note of others) this.told.add(note)
    print(JSON.stringify({ ...checkpoints.at(-1), layers, notes: others }))
  }

  note(): void {
    // The next checkpoint has it.
  }

  wait(): void {
    // A line is a checkpoint.
  }

  end(): void {
    // Each checkpoint has its line.
  }
}

const waiting = (reason: string): string => `waiting   ${printable(reason)}`

/** The milliseconds for which the same is waited for before a line says so. */
const quiet = 5000

class PlainFollowDisplay implements FollowDisplay {
  private readonly told = new Set<string>()
  private timer: NodeJS.Timeout | undefined

  checkpoint({ checkpoints, hasSteps, layers, notes }: CheckpointSeries): void {
    clearTimeout(this.timer)
    print(`${hasSteps ? 'step' : 'checkpoint'} ${count(checkpoints.at(-1)!.step)}  ${summaryOf(layers)}`)
    for (const note of notes) this.tell(`note      ${printable(note)}`)
  }

  note(line: string): void {
    this.tell(line)
  }

  wait(reason: string): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.tell(waiting(reason)), quiet).unref()
  }

  end(series?: CheckpointSeries): void {
    clearTimeout(this.timer)
    if (series !== undefined) print('', ...healthLines(series))
  }

  /** Prints a line once. */
  private tell(line: string): void {
    if (!this.told.has(line)) print(line)
    this.told.add(line)
  }
}

/** The rows of the block beside those of layers: headings, a summary, what is waited for, and the cursor's. */
const otherRows = 9

class LiveFollowDisplay implements FollowDisplay {
  private readonly block = new LiveBlock(process.stdout)
  private series: CheckpointSeries | undefined
  private reason = ''

  checkpoint(series: CheckpointSeries): void {
    this.series = series
    this.reason = ''
    this.draw()
  }

  note(line: string): void {
    this.block.print([line])
  }

  wait(reason: string): void {
    this.reason = reason
    this.draw()
  }

  end(series?: CheckpointSeries): void {
    this.block.clear()
    if (series !== undefined) print(...healthLines(series))
  }

  private draw(): void {
    const most = Math.max(1, (process.stdout.rows || 24) - otherRows)
    // The notes follow at the end.
    const lines = this.series === undefined ? [] : healthLines({ ...this.series, notes: [] }, most)
    this.block.render(this.reason === '' ? lines : [...lines, waiting(this.reason)])
  }
}
