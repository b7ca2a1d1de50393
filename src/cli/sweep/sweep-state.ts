import type { PointEvent } from '../../sweep/sweep.js'
import type { PointProgress } from '../../sweep/messages.js'
import type { SweepPlan } from '../../sweep/plan.js'
import type { LedgerPoint } from '../../study/ledger.js'

/** The training of a point that runs now. */
export interface RunningPoint {
  point: LedgerPoint
  progress: PointProgress | undefined
  /** Epochs that were done when it began here. */
  begunAt: number | undefined
  startedAt: number
}

/** The state of a sweep, collected from its events, that the displays draw. */
export class SweepState {
  finished = 0
  failed = 0
  /** By the folder of the point. */
  readonly running = new Map<string, RunningPoint>()
  readonly elsewhere = new Set<string>()
  private readonly startedAt = Date.now()
  /** Epochs that this sweep has trained in runs that ended. */
  private epochsOfEnded = 0
  private trained = 0

  /** @param total the number of points */
  constructor(
    readonly total: number,
    private readonly plan: SweepPlan | undefined,
  ) {}

  receive(event: PointEvent): void {
    const { folder } = event.point
    const own = this.running.get(folder)
    this.elsewhere.delete(folder)
    if (event.type === 'begin') {
      const { point } = event
      this.running.set(folder, { point, progress: undefined, begunAt: undefined, startedAt: Date.now() })
    } else if (event.type === 'progress') {
      if (own === undefined) return
      own.progress = { ...event.progress }
      own.begunAt ??= event.progress.epoch
    } else {
      this.running.delete(folder)
      if (own !== undefined) this.epochsOfEnded += epochsOf(own)
      if (event.type === 'elsewhere') this.elsewhere.add(folder)
      else if (event.type === 'failed') this.failed++
      else {
        this.finished++
        if (own !== undefined) this.trained++
      }
    }
  }

  /** The fraction of the points that have ended. */
  get done(): number {
    return (this.finished + this.failed) / this.total
  }

  /** Epochs that this sweep has trained. */
  private get epochs(): number {
    return [...this.running.values()].reduce((sum, one) => sum + epochsOf(one), this.epochsOfEnded)
  }

  /** Points an hour that this sweep trains; undefined until there is one. */
  pace(): number | undefined {
    return this.trained === 0 ? undefined : (this.trained / (Date.now() - this.startedAt)) * 3_600_000
  }

  /** Estimated seconds to the end: by the epochs that were trained, at first by the plan. */
  secondsLeft(): number | undefined {
    const seconds = (Date.now() - this.startedAt) / 1000
    const { plan, epochs } = this
    if (plan === undefined) return undefined
    // The first epochs of a process are slower.
    if (epochs > 0 && seconds > 5) return (seconds / epochs) * Math.max(0, plan.epochs - epochs)
    return plan.seconds === null ? undefined : Math.max(0, plan.seconds - seconds)
  }
}

const epochsOf = ({ progress, begunAt }: RunningPoint): number =>
  progress === undefined || begunAt === undefined ? 0 : progress.epoch - begunAt
