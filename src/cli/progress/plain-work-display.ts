import type { DataProgress } from '../../data/progress.js'
import { printable } from '../../printable.js'
import { print } from '../output.js'
import { amount, Pace, parts } from './pace.js'
import type { WorkDisplay } from './work-display.js'

const quietSeconds = 5

/** Shows work with files as plain lines: one when a step begins, then one every five seconds. */
export class PlainWorkDisplay implements WorkDisplay {
  private pace: Pace | undefined
  private printedAt = 0

  progress(progress: DataProgress): void {
    const before = this.pace
    this.pace = Pace.of(progress, before)
    const begins = this.pace !== before
    if (!begins && Date.now() - this.printedAt < quietSeconds * 1000) return
    this.printedAt = Date.now()
    const { step, subject, total, unit } = progress
    print(begins ? `${step} ${printable(subject)}, ${amount(total, unit)}` : `  ${parts(this.pace).join('  ')}`)
  }

  note(line: string): void {
    print(printable(line))
  }

  end(): void {
    this.pace = undefined
  }
}
