import type { Cursor } from './cursor.js'
import type { Drawing } from './figures.js'
import type { LoggedRun } from './logged-run.js'

/** The sending of one run. */
export interface Sending {
  logged: LoggedRun
  /** Draws the run's figures. */
  draw: Drawing
  /** Keeps what has been sent so far; to be called after each part. */
  keep: (cursor: Cursor) => Promise<void>
  /** Ends the sending: whatever waits is given up. */
  signal: AbortSignal
}

/** A service that shows runs. */
export interface Logger {
  /** The name of its cursor, [a-z0-9-]+. */
  name: string
  /** Its name, and place, for people. */
  title: string
  /** The arguments of `log <run>` that send a run to it. */
  option: string
  /**
   * Sends what follows the cursor.
   *
   * @throws {LayerRotationError} LOGGER_FAILED if the service fails; WRITE_FAILED, INVALID_FILE
   */
  send(cursor: Cursor, sending: Sending): Promise<void>
}
