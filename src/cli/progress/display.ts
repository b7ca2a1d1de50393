import type { TrainingListeners } from '../../train/events.js'
import { LiveDisplay } from './live-display.js'
import { PlainDisplay } from './plain-display.js'

/** Shows a training while it runs. */
export interface TrainingDisplay {
  /** For train(). */
  readonly listeners: TrainingListeners
  /** Prints a lasting line. */
  note(line: string): void
  /** Takes away what is shown of the training: what is printed next stands in its place. Idempotent. */
  end(): void
}

/**
 * A block that is refreshed in a terminal, plain lines everywhere else.
 *
 * @param title a line above the block, which says what is shown
 */
export function trainingDisplay(title?: string): TrainingDisplay {
  return process.stdout.isTTY && process.env['TERM'] !== 'dumb' ? new LiveDisplay(title) : new PlainDisplay()
}
