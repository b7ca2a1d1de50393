import { statfs } from 'node:fs/promises'
import { dataShape } from '../data/data.js'
import type { ExperimentConfig } from '../experiment/config.js'
import { reading } from '../files/reading.js'
import { openRun } from '../run/open-run.js'
import { describeModel } from '../model/describe-model.js'
import { runFolder, type LedgerPoint } from '../study/ledger.js'
import type { RunState } from '../run/run-state.js'
import { pointState } from '../study/point-state.js'
import { unlessUnreadable } from '../study/unless-unreadable.js'

/** The work that a sweep has before it. */
export interface SweepPlan {
  /** The study's folder. */
  folder: string
  /** The number of points in each state; `unreadable` are those whose folder is damaged or cannot be read. */
  points: Record<RunState['state'] | 'unreadable', number>
  /** The number of points that this sweep trains or resumes, and their epochs that are not done. */
  toTrain: number
  epochs: number
  /** Processes that train at once, and the CPU threads of each; null leaves them to LibTorch. */
  jobs: number
  threads: number | null
  /** Seconds of an epoch, of a run that has finished or else measured now with the first point; null if neither is possible. */
  secondsPerEpoch: number | null
  /** Estimated seconds of the whole, as if all epochs took as long; null while unknown. */
  seconds: number | null
  /** Estimated bytes that the runs add on the disk. */
  bytes: number
  /** Bytes that are free there. */
  freeBytes: number
}

export interface PlanSettings {
  jobs: number
  threads: number | null
  /** Counts runs that failed to the work. */
  retry: boolean
  /** Measures the seconds of an epoch of a point; undefined if that fails. */
  measure: (point: LedgerPoint) => Promise<number | undefined>
}

/** Plans the work on points of a study. @throws {LayerRotationError} READ_FAILED if the disk does not tell its free space */
export async function planOf(
  folder: string,
  points: readonly LedgerPoint[],
  { jobs, threads, retry, measure }: PlanSettings,
): Promise<SweepPlan> {
  const counts = { new: 0, running: 0, interrupted: 0, failed: 0, finished: 0, unreadable: 0 }
  const todo: { point: LedgerPoint; epochs: number }[] = []
  let finished: LedgerPoint | undefined
  for (const point of points) {
    const found = await unlessUnreadable(() => pointState(folder, point))
    counts[found?.state ?? 'unreadable']++
    if (found?.state === 'finished') finished ??= point
    const done = found === undefined || found.state === 'new' ? 0 : found.head.status.epoch
    const isOpen = found?.state === 'new' || found?.state === 'interrupted' || (found?.state === 'failed' && retry)
    if (isOpen) todo.push({ point, epochs: point.experiment.epochs - done })
  }
  const [first] = todo
  const secondsPerEpoch =
    first === undefined
      ? undefined
      : ((finished && (await recorded(runFolder(folder, finished)))) ?? (await measure(first.point)))
  const epochs = todo.map((one) => one.epochs)
  const longest = Math.max(0, ...epochs)
  const total = epochs.reduce((sum, one) => sum + one, 0)
  const { bavail, bsize } = await reading(folder, () => statfs(folder))
  return {
    folder,
    points: counts,
    toTrain: todo.length,
    epochs: total,
    jobs: Math.min(jobs, Math.max(1, todo.length)),
    threads,
    secondsPerEpoch: secondsPerEpoch ?? null,
    seconds: secondsPerEpoch === undefined ? null : secondsPerEpoch * Math.max(longest, total / jobs),
    bytes: todo.reduce((sum, { point }) => sum + bytesOf(point.experiment), 0),
    freeBytes: bavail * bsize,
  }
}

/** Seconds of an epoch of a finished run; undefined if its measurements cannot be read. */
async function recorded(folder: string): Promise<number | undefined> {
  const last = (await unlessUnreadable(() => openRun(folder)))?.metrics.at(-1)
  return last && last.seconds / last.epoch
}

/** The fp32 weights that a finished run keeps, and two rows of about 100 bytes for each layer and epoch. */
function bytesOf({ data, model, validation, epochs }: ExperimentConfig): number {
  const { parameters, monitored } = describeModel(model.layers, dataShape(data).inputShape)
  const kept = validation === null ? 2 : 3
  return kept * 4 * parameters + 200 * monitored.length * epochs
}
