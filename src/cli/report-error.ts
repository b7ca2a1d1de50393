import { inspect, styleText } from 'node:util'
import { LayerRotationError } from '../errors.js'
import { isReadFailure, readFailed } from '../files/reading.js'
import { printableLines } from '../printable.js'

/**
 * Writes an error to the standard error. The message of a LayerRotationError is complete; any other error is a bug of this
 * program, so its stack follows. A stop that the user asked for is shown without "error:".
 */
export function reportError(thrown: unknown): void {
  if (thrown instanceof LayerRotationError && thrown.code === 'INTERRUPTED') {
    process.stderr.write(`${thrown.message}\n`)
    return
  }
  const prefix = styleText('red', 'error:', { stream: process.stderr })
  process.stderr.write(`${prefix} ${errorText(thrown)}\n`)
}

/** The text of an error for people. */
export function errorText(thrown: unknown): string {
  const error = ofLoading(thrown) ?? thrown
  if (error instanceof LayerRotationError) return error.message
  return (
    `${printableLines(inspect(error, { colors: false }))}\n\n` +
    'This is a bug in layer-rotation. Please report it with the lines above and the output of `layer-rotation info`.'
  )
}

/**
 * The error of a part of this program that cannot be loaded, which says something of the machine or the installation; undefined
 * for any other error. Parts load when a command needs them. With too many open files Node may find a part missing.
 */
function ofLoading(error: unknown): LayerRotationError | undefined {
  if (error instanceof Error && isReadFailure(error)) {
    const { path = 'a file of this program' } = error as NodeJS.ErrnoException
    return readFailed(path, error)
  }
  const { code, message } = (error ?? {}) as NodeJS.ErrnoException
  if (code !== 'ERR_MODULE_NOT_FOUND') return undefined
  const advice = 'install layer-rotation again; if it is complete, raise the limit of open files with `ulimit -n`'
  return new LayerRotationError('MISSING_FILE', `a part of this program is missing: ${message}; ${advice}`)
}
