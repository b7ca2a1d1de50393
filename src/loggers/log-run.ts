import { join, resolve } from 'node:path'
import { z } from 'zod'
import { loggerSchema, type LoggerConfig } from '../experiment/logger-config.js'
import { statIfPresent } from '../files/stat-if-present.js'
import { throwIfInterrupted } from '../interrupted.js'
import { layout } from '../run/layout.js'
import { openRun } from '../run/open-run.js'
import { requireOptions } from '../validation/options.js'
import { requirePath } from '../validation/path.js'
import { strictObject } from '../validation/strict-object.js'
import { validate } from '../validation/validate.js'
import { sharedDrawing } from './figures.js'
import { loggerOf } from './loggers.js'
import { sendRun } from './send-run.js'

const optionsSchema = strictObject({
  signal: z.custom((value) => value instanceof AbortSignal, 'expected an AbortSignal').optional(),
})

export interface LogOptions {
  /** Ends the sending; a later call goes on where it ended. */
  signal?: AbortSignal | undefined
}

/**
 * Sends a run to loggers, as far as it is recorded: one that has ended, one that is running, or a training in PyTorch. What has
 * been sent before, while the run trained for example, is not sent again.
 *
 *     await logRun('runs/mnist/20261123-052233-7f3a90', [tensorBoard(), mlflow({ uri: 'http://127.0.0.1:5000' })])
 *
 * @param folder its path, not empty: '.' is the working folder
 * @param loggers at least one
 * @throws {LayerRotationError} LOGGER_FAILED if a service cannot be reached or refuses; RUN_LOCKED while another process sends
 *   the run to the same logger; MISSING_FILE, INVALID_FILE, READ_FAILED, WRITE_FAILED, INTERRUPTED; INVALID_CONFIG
 */
export async function logRun(
  folder: string,
  loggers: readonly LoggerConfig[],
  options: LogOptions = {},
): Promise<void> {
  requirePath(folder, 'logRun', 'folder')
  const configs = validate(z.object({ loggers: z.array(loggerSchema).min(1) }), { loggers }, 'logRun').loggers
  requireOptions(options, 'logRun')
  validate(optionsSchema, options, 'options of logRun')
  const path = resolve(folder)
  const all = configs.map(loggerOf)
  // The error of a folder that is no run comes before anything is written there.
  if ((await statIfPresent(join(path, layout.status))) === undefined) await openRun(path)
  const signal = options.signal ?? new AbortController().signal
  const draw = sharedDrawing()
  const throwIfStopped = () => throwIfInterrupted(signal, `sending ${path}`)
  for (const logger of all) {
    throwIfStopped()
    await sendRun(path, logger, signal, draw).catch((error: unknown) => {
      throwIfStopped()
      throw error
    })
    throwIfStopped()
  }
}
