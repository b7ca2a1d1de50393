import type { CheckpointConfig } from '../experiment/checkpoint-config.js'

/** Where only the time decides, a checkpoint may cost this share of the time between two. */
const share = 1 / 50

/** When a training's next checkpoint is due; times in milliseconds. */
export class CheckpointSchedule {
  private lastAt: number

  /**
   * @param cost what a checkpoint is expected to take
   * @param now a clock
   */
  constructor(
    private readonly config: CheckpointConfig,
    private cost: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.lastAt = now()
  }

  /** @param epochs that are done */
  isDueAfterEpoch(epochs: number): boolean {
    const { everyEpochs } = this.config
    const since = this.now() - this.lastAt
    return this.untilDue() <= 0 || (everyEpochs === null ? since * share >= this.cost : epochs % everyEpochs === 0)
  }

  /** The time until one is due within an epoch; Infinity for never. */
  untilDue(): number {
    const { everyMinutes } = this.config
    return everyMinutes === null ? Infinity : this.lastAt + everyMinutes * 60_000 - this.now()
  }

  /** @param cost what it took */
  written(cost: number): void {
    this.cost = cost
    this.lastAt = this.now()
  }
}
