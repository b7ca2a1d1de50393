import { openTrainedRun, type TrainedRun } from '../run/open-run.js'
import { runFolder, type LedgerPoint } from './ledger.js'
import type { RunState } from '../run/run-state.js'
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
export function begunRun(study: string, point: LedgerPoint): Promise<TrainedRun | undefined> {
  return runIn(study, point, (state) => state !== 'new')
}

/** Reads a point's run if it has finished; undefined if not, or if it cannot be read. @param study the study's folder */
export function finishedRun(study: string, point: LedgerPoint): Promise<TrainedRun | undefined> {
  return runIn(study, point, (state) => state === 'finished')
}

/** Reads a point's run if it is in a wanted state. */
function runIn(
  study: string,
  point: LedgerPoint,
  isWanted: (state: RunState['state']) => boolean,
): Promise<TrainedRun | undefined> {
  return unlessUnreadable(async () =>
    isWanted((await pointState(study, point)).state) ? openTrainedRun(runFolder(study, point)) : undefined,
  )
}
