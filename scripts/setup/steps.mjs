import { SetupFailure } from './failure.mjs'

/**
 * Runs one step of the set-up and prints what it did and how long that took.
 * @template {{ outcome: string }} Result
 * @param {string} name
 * @param {(note: (text: string) => void) => Promise<Result>} work note() tells what a long step is about to do
 * @param {import('./index.mjs').Log} log
 * @returns {Promise<Result>}
 */
export async function step(name, work, log) {
  const start = performance.now()
  const result = await work((text) => log(`  ${name.padEnd(13)} ${text} …`)).catch(explainFileError)
  log(`  ${name.padEnd(13)} ${result.outcome} (${duration(start)})`)
  return result
}

/** @param {number} start as performance.now() gave it */
export function duration(start) {
  return `${((performance.now() - start) / 1000).toFixed(2)} s`
}

/**
 * A folder that cannot be written, a full disk: for people, not for programmers.
 * @param {NodeJS.ErrnoException} error
 * @returns {never}
 */
function explainFileError(error) {
  if (error.syscall === undefined || error.path === undefined) throw error
  throw new SetupFailure(`${error.path} cannot be used: ${error.message}.`, {
    waysOut: [
      'correct the permissions of that folder, or free some space',
      'set XDG_CACHE_HOME to another folder, if it is the one that LibTorch is downloaded into',
    ],
  })
}
