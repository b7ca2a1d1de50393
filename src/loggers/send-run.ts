import { LayerRotationError } from '../errors.js'
import { takeLock, type Holder } from '../lock/lock.js'
import { atStart, cursorFile, makeCursors, readCursor, writeCursor } from './cursor.js'
import { sharedDrawing, type Drawing } from './figures.js'
import { loggedRun } from './logged-run.js'
import type { Logger } from './logger.js'

/**
 * Sends what a logger lacks of a run, as far as the run is recorded. One process at a time sends a run to a logger.
 *
 * @param signal ends the sending; what was sent is kept
 * @param draw the figures, if several loggers share them
 * @throws {LayerRotationError} RUN_LOCKED while another process sends it; LOGGER_FAILED; MISSING_FILE, INVALID_FILE,
 *   READ_FAILED, WRITE_FAILED
 */
export async function sendRun(
  folder: string,
  logger: Logger,
  signal: AbortSignal,
  draw: Drawing = sharedDrawing(),
): Promise<void> {
  await makeCursors(folder)
  const file = cursorFile(folder, logger.name)
  const taken = await takeLock(`${file}.lock`, { signal })
  if ('holder' in taken) throw beingSent(folder, logger, taken.holder)
  const { lock } = taken
  try {
    const logged = await loggedRun(folder)
    const cursor = (await readCursor(file)) ?? atStart(logged)
    await logger.send(cursor, { logged, draw, signal, keep: (sent) => writeCursor(file, sent) })
  } finally {
    await lock.release()
  }
}

function beingSent(folder: string, { title }: Logger, { process }: Holder): LayerRotationError {
  const who = process === undefined ? 'another process' : `process ${process.pid} on ${process.host}`
  return new LayerRotationError('RUN_LOCKED', `${who} is sending ${folder} to ${title}; wait for its end`)
}
