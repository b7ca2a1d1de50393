import type { DataProgress } from '../../data/progress.js'
import { bytes, count, duration } from '../../numbers.js'

/** The speed of a step of work with files. */
export class Pace {
  private readonly startedAt = Date.now()
  private readonly startedWith: number

  private constructor(public progress: DataProgress) {
    this.startedWith = progress.done
  }

  /** Returns the pace of a step: `before` if the step is the same, otherwise a new one. */
  static of(progress: DataProgress, before: Pace | undefined): Pace {
    const { step, subject } = before?.progress ?? {}
    if (before === undefined || step !== progress.step || subject !== progress.subject) return new Pace(progress)
    before.progress = progress
    return before
  }

  /** Units per second; undefined until there is enough to measure it from. */
  rate(): number | undefined {
    const seconds = (Date.now() - this.startedAt) / 1000
    const done = this.progress.done - this.startedWith
    return seconds > 0.5 && done > 0 ? done / seconds : undefined
  }
}

/** `17.0 MB of 170.1 MB`, `2.1 MB/s`, `1 min 13 s left`: those that are known. */
export function parts(pace: Pace): string[] {
  const { done, total, unit } = pace.progress
  const rate = pace.rate()
  return [
    `${unit === 'bytes' ? bytes(done) : count(done)} of ${amount(total, unit)}`,
    ...(rate === undefined || unit !== 'bytes' ? [] : [`${bytes(rate)}/s`]),
    ...(rate === undefined ? [] : [`${duration((total - done) / rate)} left`]),
  ]
}

/** A number of units in words: `170.1 MB`, `1,000 images`. */
export function amount(number: number, unit: DataProgress['unit']): string {
  return unit === 'bytes' ? bytes(number) : count(number, unit.slice(0, -1))
}
