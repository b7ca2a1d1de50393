import type { DataProgress } from '../../data/progress.js'
import { LiveWorkDisplay } from './live-work-display.js'
import { PlainWorkDisplay } from './plain-work-display.js'

/** Shows long work with files: downloads, unpacking, decoding. */
export interface WorkDisplay {
  progress(progress: DataProgress): void
  /** Prints a lasting line. */
  note(line: string): void
  /** Takes away what is shown. Idempotent. */
  end(): void
}

/** Two lines that are refreshed in a terminal, plain lines everywhere else. */
export function workDisplay(): WorkDisplay {
  return process.stdout.isTTY && process.env['TERM'] !== 'dumb' ? new LiveWorkDisplay() : new PlainWorkDisplay()
}
