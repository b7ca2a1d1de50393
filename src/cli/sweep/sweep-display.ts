import { duration } from '../../numbers.js'
import type { LedgerPoint } from '../../study/ledger.js'
import type { SweepListeners } from '../../sweep/sweep.js'
import { print } from '../output.js'
import { canRedraw } from '../progress/displays.js'
import { bar } from '../terminal/bar.js'
import { width } from '../terminal/clip.js'
import { LiveBlock } from '../terminal/live-block.js'
import { describeFailed, describePlan, describeState, describeTrained } from './describe.js'
import { SweepState } from './sweep-state.js'

/** The milliseconds between two drawings in a terminal, and between two lines elsewhere. */
const [redrawInterval, lineInterval] = [200, 30_000]

/** The columns of the first line. */
const widest = 79

/**
 * Shows a sweep: its plan, a line for each point that ends, and, in a terminal, a block that is redrawn in place; elsewhere a
 * line every half minute.
 *
 *     12 of 40 points · 1 failed · 8.4 points/min ━━━━━━━━╸────────── 3 min 12 s left
 *     seed 3, learning rate 3⁻³  epoch 12/100  test 96.50 %  rotation 0.412
 */
export class SweepDisplay {
  private readonly block = canRedraw() ? new LiveBlock(process.stdout) : undefined
  private state: SweepState | undefined
  private timer: NodeJS.Timeout | undefined
  private readonly reasons = new Set<string>()

  /** @param total the number of points */
  constructor(private readonly total: number) {}

  readonly listeners: Required<Pick<SweepListeners, 'onPlan' | 'onPoint' | 'onNote'>> = {
    onPlan: (plan) => {
      print(...describePlan(plan))
      this.state = new SweepState(this.total, plan)
      this.timer = setInterval(() => this.draw(), this.block ? redrawInterval : lineInterval).unref()
    },
    onPoint: (event) => {
      const own = this.state?.running.get(event.point.folder)
      this.state?.receive(event)
      if (event.type === 'failed') this.noteFailure(event.point, event.reason)
      else if (event.type === 'finished' && own !== undefined) {
        this.note(describeTrained(event.point, own.progress, (Date.now() - own.startedAt) / 1000))
      }
    },
    onNote: (note) => this.note(note),
  }

  /** Prints a line that stays. */
  note(line: string): void {
    if (this.block) this.block.print([line])
    else print(line)
  }

  /** Prints the reason of a failure once: without its data set, a whole study fails. */
  private noteFailure(point: LedgerPoint, reason: string): void {
    this.note(describeFailed(point, this.reasons.has(reason) ? undefined : reason))
    this.reasons.add(reason)
  }

  /** Erases the block. Idempotent. */
  end(): void {
    clearInterval(this.timer)
    this.block?.clear()
  }

  private draw(): void {
    if (this.state === undefined) return
    const [first = '', ...others] = describeState(this.state)
    const left = this.state.secondsLeft()
    const after = left === undefined ? '' : ` ${duration(left)} left`
    if (this.block === undefined) return print(`${first}${after && ` ·${after}`}`)
    const columns = Math.min(this.block.columns, widest) - width(first) - after.length - 1
    this.block.render([`${first} ${columns > 3 ? bar(this.state.done, columns) : ''}${after}`, ...others])
  }
}
