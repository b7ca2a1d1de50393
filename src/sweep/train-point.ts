import { rm, stat } from 'node:fs/promises'
import { LayerRotationError, type ErrorCode } from '../errors.js'
import { ifPresent } from '../files/if-present.js'
import { writing } from '../files/write.js'
import { lockIfFree } from '../run/lock.js'
import { pointState } from '../study/point-state.js'
import { runFolder, type LedgerPoint } from '../study/ledger.js'
import type { Difference } from '../train/differences.js'
import type { TrainingListeners } from '../train/events.js'
import { resume } from '../train/resume.js'
import { train } from '../train/train.js'

export interface TrainPointOptions extends TrainingListeners {
  /** Resumes a run that failed, too. */
  retry?: boolean | undefined
  /** Differences from before an interruption that are allowed. */
  accept?: readonly Difference[] | undefined
  /** CPU threads of a run that begins now, if its experiment leaves them open. */
  threads?: number | undefined
  /**
   * Takes over the run of a process on another machine that shows no sign of life within 30 seconds, such as one that a
   * cluster has lost, instead of leaving a run that seems to be running at once.
   */
  takeOver?: boolean | undefined
  /** Stops the training after its current step. */
  signal?: AbortSignal | undefined
}

/** The end of the work on a point: `elsewhere` if another process trains it, `failed` if it has failed before. */
export type PointEnd = { end: 'finished' | 'elsewhere' } | { end: 'failed'; reason: string }

/** Seconds after which a folder in which nothing was recorded counts as left behind. */
const making = 10

/**
 * Trains a point of a study to its end: begins its run, resumes it from its newest checkpoint, or finds it finished. The run's
 * lock decides which of several processes works on it.
 *
 * @param study the study's folder
 * @throws {LayerRotationError} the errors of `train` and `resume`
 */
export async function trainPoint(
  study: string,
  point: LedgerPoint,
  { retry = false, takeOver = false, accept, threads, ...options }: TrainPointOptions = {},
): Promise<PointEnd> {
  const folder = runFolder(study, point)
  const found = await pointState(study, point)
  if (found.state === 'finished') return { end: 'finished' }
  if (found.state === 'running' && !takeOver) return { end: 'elsewhere' }
  if (found.state === 'failed' && !retry) return { end: 'failed', reason: found.head.status.reason ?? 'unknown' }
  if (found.state !== 'new') {
    return unlessTaken('RUN_LOCKED', () => resume(folder, { ...options, accept })).catch(async (error: unknown) => {
      // Whoever had the lock before may have come to the end.
      if ((await pointState(study, point)).state === 'finished') return { end: 'finished' }
      throw error
    })
  }
  if (found.isBegun && !(await removeLeftBehind(folder))) return { end: 'elsewhere' }
  const { experiment } = point
  const config = { ...experiment, threads: experiment.threads ?? threads ?? null }
  return unlessTaken('RUN_EXISTS', () => train(config, { ...options, folder }))
}

/** @param taken the error by which work says that another process has taken the run */
async function unlessTaken(taken: ErrorCode, work: () => Promise<unknown>): Promise<PointEnd> {
  try {
    await work()
    return { end: 'finished' }
  } catch (error) {
    if (error instanceof LayerRotationError && error.code === taken) return { end: 'elsewhere' }
    throw error
  }
}

/** Removes a folder in which a killed process recorded nothing. @returns false if a process may still be making it */
async function removeLeftBehind(folder: string): Promise<boolean> {
  const made = await ifPresent(() => stat(folder))
  if (made !== undefined && Date.now() - made.mtimeMs < making * 1000) return false
  const lock = await lockIfFree(folder)
  if (lock === undefined) return false
  await writing(folder, () => rm(folder, { recursive: true, force: true }))
  await lock.release()
  return true
}
