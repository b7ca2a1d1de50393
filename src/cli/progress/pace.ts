import type { DataProgress } from '../../data/progress.js'
import { bytes, count, duration } from '../../text/numbers.js'

/** How fast a step goes. */
export class Pace {
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

/** `17.0 MB of 170.1 MB`, `2.1 MB/s`, `1 min 13 s left`: what is known of them. */
export function parts(pace: Pace): string[] {
  const { done, total, unit } = pace.progress
  const rate = pace.rate()
  return [
    `${unit === 'bytes' ? bytes(done) : count(done)} of ${amount(total, unit)}`,
    ...(rate === undefined || unit !== 'bytes' ? [] : [`${bytes(rate)}/s`]),
    ...(rate === undefined ? [] : [`${duration((total - done) / rate)} left`]),
  ]
}

/** `170.1 MB`, `1,000 images`. */
export function amount(number: number, unit: DataProgress['unit']): string {
  return unit === 'bytes' ? bytes(number) : count(number, unit.slice(0, -1))
}
