import type { TrainingListeners } from '../../train/events.js'

/** Shows a training while it runs. */
export interface TrainingDisplay {
  /** The listeners to hand to train(). */
  readonly listeners: TrainingListeners
  /** Prints a line that stays. */
  note(line: string): void
  /** Erases the display: the next line that is printed takes its place. Idempotent. */
  end(): void
}
