import { styleText } from 'node:util'
import type { DataProgress } from '../../data/progress.js'
import { count, duration, megabytes } from '../format.js'
import { print } from '../output.js'
import { bar } from '../terminal/bar.js'
import { width } from '../terminal/clip.js'
import { LiveBlock } from '../terminal/live-block.js'

/** Shows long work with files: downloads, unpacking, decoding. */
export interface WorkDisplay {
  progress(progress: DataProgress): void
  /** Prints a lasting line. */
  note(line: string): void
  /** Takes away what is shown. Idempotent. */
  end(): void
}

/** Two lines that are refreshed in a terminal, plain lines everywhere else. */
export function workDisplay(): WorkDisplay {
  return process.stdout.isTTY && process.env['TERM'] !== 'dumb' ? new LiveWorkDisplay() : new PlainWorkDisplay()
}

const redrawInterval = 100 // ms
const quietSeconds = 5
/** Columns at most, as of the display of a training. */
const widest = 59

class LiveWorkDisplay implements WorkDisplay {
  private readonly block = new LiveBlock(process.stdout)
  private pace: Pace | undefined
  private drawnAt = 0

  progress(progress: DataProgress): void {
    if (this.pace === undefined) process.on('SIGTSTP', this.suspend)
    this.pace = Pace.of(progress, this.pace)
    if (Date.now() - this.drawnAt < redrawInterval) return
    this.drawnAt = Date.now()
    const columns = Math.min(this.block.columns, widest)
    const after = ` ${parts(this.pace).join(' · ')}`
    const line = bar(progress.done / progress.total, Math.max(4, columns - width(after))) + after
    this.block.render([`${progress.step} ${styleText('bold', progress.subject)}`, line])
  }

  note(line: string): void {
    this.block.print([line])
  }

  end(): void {
    this.block.clear()
    process.off('SIGTSTP', this.suspend)
    this.pace = undefined
  }

  /** Ctrl-Z: until fg the shell writes below the block, so it starts anew there. */
  private readonly suspend = () => {
    this.block.abandon()
    process.kill(process.pid, 'SIGSTOP')
  }
}

/** A line when a step begins, and then one every five seconds. */
class PlainWorkDisplay implements WorkDisplay {
  private pace: Pace | undefined
  private printedAt = 0

  progress(progress: DataProgress): void {
    const before = this.pace
    this.pace = Pace.of(progress, before)
    const begins = this.pace !== before
    if (!begins && Date.now() - this.printedAt < quietSeconds * 1000) return
    this.printedAt = Date.now()
    const { step, subject, total, unit } = progress
    print(begins ? `${step} ${subject}, ${amount(total, unit)}` : `  ${parts(this.pace).join('  ')}`)
  }

  note(line: string): void {
    print(line)
  }

  end(): void {
    this.pace = undefined
  }
}

/** How fast a step goes. */
class Pace {
  private readonly startedAt = Date.now()
  private readonly startedWith: number

  private constructor(public progress: DataProgress) {
    this.startedWith = progress.done
  }

  /** The same as before unless another step has begun. */
  static of(progress: DataProgress, before: Pace | undefined): Pace {
    const { step, subject } = before?.progress ?? {}
    if (before === undefined || step !== progress.step || subject !== progress.subject) return new Pace(progress)
    before.progress = progress
    return before
  }

  /** Units a second; undefined before there is anything to tell it from. */
  rate(): number | undefined {
    const seconds = (Date.now() - this.startedAt) / 1000
    const done = this.progress.done - this.startedWith
    return seconds > 0.5 && done > 0 ? done / seconds : undefined
  }
}

function parts(pace: Pace): string[] {
  const { done, total, unit } = pace.progress
  const rate = pace.rate()
  return [
    unit === 'bytes'
      ? `${megabytes(done)} of ${megabytes(total)} MB`
      : `${done.toLocaleString('en')} of ${amount(total, unit)}`,
    ...(rate === undefined || unit !== 'bytes' ? [] : [`${megabytes(rate)} MB/s`]),
    ...(rate === undefined ? [] : [`${duration((total - done) / rate)} left`]),
  ]
}

function amount(number: number, unit: DataProgress['unit']): string {
  return unit === 'bytes' ? `${megabytes(number)} MB` : count(number, unit.slice(0, -1))
}
