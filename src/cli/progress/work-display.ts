import type { DataProgress } from '../../data/progress.js'

/** Shows long work with files: downloads, unpacking, decoding. */
export interface WorkDisplay {
  progress(progress: DataProgress): void
  /** Prints a line that stays. */
  note(line: string): void
  /** Erases the display. Idempotent. */
  end(): void
}
