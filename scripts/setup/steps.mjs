import { SetupFailure } from './failure.mjs'

/**
 * Runs one step of the set-up, and prints its outcome and duration.
 * @template {{ outcome: string }} Result
 * @param {string} name
 * @param {(note: (text: string) => void) => Promise<Result>} work note() announces what takes long
 * @param {import('./index.mjs').Log} log
 * @returns {Promise<Result>}
 */
export async function step(name, work, log) {
  const start = performance.now()
  const result = await work((text) => log(`  ${name.padEnd(13)} ${text} …`)).catch(explainFileError)
  log(`  ${name.padEnd(13)} ${result.outcome} (${duration(start)})`)
  return result
}

/** @param {number} start a value of performance.now() */
export function duration(start) {
  return `${((performance.now() - start) / 1000).toFixed(2)} s`
}

/**
 * Turns an error of the file system, such as a full disk, into a message for users.
 * @param {NodeJS.ErrnoException} error
 * @returns {never}
 */
function explainFileError(error) {
  if (error.syscall === undefined || error.path === undefined) throw error
  throw new SetupFailure(`${error.path} cannot be used: ${error.message}.`, {
    waysOut: [
      'correct the permissions of that folder, or free some space',
      'if LibTorch is downloaded into that folder, set XDG_CACHE_HOME to another one',
    ],
  })
}
