import type { RateSearchProgress } from '../../find-rate/find-rate.js'
import { significant } from '../../numbers.js'
import { print } from '../output.js'
import { canRedraw } from '../progress/displays.js'
import { bar } from '../terminal/bar.js'
import { LiveBlock } from '../terminal/live-block.js'

/** The milliseconds between two drawings, and those between two lines where there is no terminal. */
const [redrawInterval, lineInterval] = [100, 5000]

/** The most columns of the bar and the words around it, as in the display of a training. */
const widest = 59

/** Shows a search: a line that is redrawn in a terminal, plain lines everywhere else. */
export class SearchDisplay {
  private readonly block = canRedraw() ? new LiveBlock(process.stdout) : undefined
  private shownAt = Date.now()

  progress({ step, steps, rate, smoothedLoss }: RateSearchProgress): void {
    if (Date.now() - this.shownAt < (this.block === undefined ? lineInterval : redrawInterval)) return
    this.shownAt = Date.now()
    const [before, after] = [`step ${step}/${steps} `, ` rate ${significant(rate)}  loss ${significant(smoothedLoss)}`]
    if (this.block === undefined) return print(before + after)
    const columns = Math.min(this.block.columns, widest) - before.length - after.length
    this.block.render([before + bar(step / steps, Math.max(4, columns)) + after])
  }

  /** Prints a line that stays. */
  note(line: string): void {
    if (this.block === undefined) print(line)
    else this.block.print([line])
  }

  /** Erases the display. Idempotent. */
  end(): void {
    this.block?.clear()
  }
}
