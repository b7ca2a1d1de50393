import { openRun, type Run } from '../run/open-run.js'
import { pointState } from './point-state.js'
import { unlessUnreadable } from './unless-unreadable.js'

/** Tells whether a point's run has finished; false also if its folder cannot be read. @param folder the run's folder */
export async function isFinishedRun(folder: string): Promise<boolean> {
  return (await unlessUnreadable(() => pointState(folder)))?.state === 'finished'
}

/** Reads a point's run as far as it is; undefined before its first record, or if it cannot be read. @param folder the run's folder */
export async function begunRun(folder: string): Promise<Run | undefined> {
  return unlessUnreadable(() => openRun(folder))
}

/** Reads a point's run if it has finished; undefined if not, or if it cannot be read. @param folder the run's folder */
export async function finishedRun(folder: string): Promise<Run | undefined> {
  return (await isFinishedRun(folder)) ? begunRun(folder) : undefined
}
