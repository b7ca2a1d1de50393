import { realpathSync } from 'node:fs'
import { LayerRotationError } from './errors.js'

/**
 * Returns the working folder as it is now: process.cwd() remembers one that has been removed. Without a working folder
 * relative paths lead nowhere, and MKL, a part of LibTorch, ends the process.
 *
 * @throws {LayerRotationError} MISSING_FILE if it has been removed or cannot be reached
 */
export function workingFolder(): string {
  try {
    return realpathSync.native('.')
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    const message = `the working folder has been removed or cannot be reached (${code}); change to another one with \`cd\``
    throw new LayerRotationError('MISSING_FILE', message, { cause })
  }
}
