import { LiveDisplay } from './live-display.js'
import { LiveWorkDisplay } from './live-work-display.js'
import { PlainDisplay } from './plain-display.js'
import { PlainWorkDisplay } from './plain-work-display.js'
import type { TrainingDisplay } from './training-display.js'
import type { WorkDisplay } from './work-display.js'

/**
 * The display of a training: a block that is redrawn in a terminal, plain lines everywhere else.
 *
 * @param title a line above the block that names the training
 */
export function trainingDisplay(title?: string): TrainingDisplay {
  return canRedraw() ? new LiveDisplay(title) : new PlainDisplay()
}

/** The display of work with files: two lines that are redrawn in a terminal, plain lines everywhere else. */
export function workDisplay(): WorkDisplay {
  return canRedraw() ? new LiveWorkDisplay() : new PlainWorkDisplay()
}

/** Tells whether the output is a terminal that moves its cursor. */
export const canRedraw = (): boolean => process.stdout.isTTY && process.env['TERM'] !== 'dumb'
