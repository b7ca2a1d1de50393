import type { CheckpointConfig } from '../experiment/checkpoint-config.js'

/** The largest share of time that checkpoints take if neither `everyEpochs` nor `everyMinutes` is given. */
const share = 1 / 50

/** The times at which checkpoints are due, in milliseconds. */
export class CheckpointSchedule {
  private lastAt: number

  /**
   * @param cost expected duration of a checkpoint
   * @param now clock
   */
  constructor(
    private readonly config: CheckpointConfig,
    private cost: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.lastAt = now()
  }

  /** Tells whether a checkpoint is due after an epoch. @param epochs whole epochs done */
  isDueAfterEpoch(epochs: number): boolean {
    const { everyEpochs } = this.config
    const since = this.now() - this.lastAt
    return this.untilDue() <= 0 || (everyEpochs === null ? since * share >= this.cost : epochs % everyEpochs === 0)
  }

  /** The time until a checkpoint is due within an epoch; Infinity for never. */
  untilDue(): number {
    const { everyMinutes } = this.config
    return everyMinutes === null ? Infinity : this.lastAt + everyMinutes * 60_000 - this.now()
  }

  /** Measures the time to the next checkpoint from now on. @param cost its expected duration */
  restart(cost: number): void {
    this.cost = cost
    this.lastAt = this.now()
  }
}
