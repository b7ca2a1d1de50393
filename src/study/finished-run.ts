import { openRun, type Run } from '../run/open-run.js'
import { runFolder, type LedgerPoint } from './ledger.js'
import { pointState } from './point-state.js'
import { unlessUnreadable } from './unless-unreadable.js'

/** Tells whether a point's run has finished; false also if its folder cannot be read. @param study the study's folder */
export async function isFinishedRun(study: string, point: LedgerPoint): Promise<boolean> {
  return (await unlessUnreadable(() => pointState(study, point)))?.state === 'finished'
}

/**
 * Reads a point's run as far as it is; undefined before its first record, or if it cannot be read.
 *
 * @param study the study's folder
 */
export function begunRun(study: string, point: LedgerPoint): Promise<Run | undefined> {
  return unlessUnreadable(async () => {
    const { state } = await pointState(study, point)
    return state === 'new' ? undefined : openRun(runFolder(study, point))
  })
}

/** Reads a point's run if it has finished; undefined if not, or if it cannot be read. @param study the study's folder */
export async function finishedRun(study: string, point: LedgerPoint): Promise<Run | undefined> {
  return (await isFinishedRun(study, point)) ? begunRun(study, point) : undefined
}
