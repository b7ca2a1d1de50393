import { join, resolve } from 'node:path'
import { LayerRotationError } from '../../errors.js'
import { throwIfInterrupted } from '../../interrupted.js'
import type { LockWait } from '../../lock/with-lock.js'
import { runId } from '../../run/run-folder.js'
import { studyLayout, type LedgerPoint } from '../../study/ledger.js'
import type { RunState } from '../../run/run-state.js'
import { pointState } from '../../study/point-state.js'
import type { Difference } from '../../train/differences.js'
import { workingFolder } from '../../working-folder.js'
import { slurmCommand } from './command.js'
import type { SbatchOption } from './options.js'
import { arrayScript, type ArrayJob } from './script.js'
import { submissionFiles, type SubmissionFiles } from './submissions.js'
import { slurmTasks } from './tasks.js'

/** A study whose points are to be trained by a cluster. */
export interface SlurmStudy {
  name: string
  /** The study's folder, which holds the ledger. */
  folder: string
  points: readonly LedgerPoint[]
}

export interface SubmitOptions extends LockWait {
  /** Options of sbatch. */
  options: readonly SbatchOption[]
  /** The absolute path of this package's program, which each task executes. */
  program: string
  /** The most tasks that run at once. */
  jobs?: number | undefined
  /** Submits points that failed, too. */
  retry?: boolean | undefined
  /** Differences from before an interruption that are allowed. */
  accept?: readonly Difference[] | undefined
}

/** A job array that is to be submitted. */
export interface PlannedArray {
  job: ArrayJob
  files: SubmissionFiles
  /** The text of its script. */
  script: string
  /** The points of the tasks 1, 2 …: the names of their runs' folders. */
  points: string[]
}

/** The points of a study by what is to be done with them, each by the name of its run's folder. */
export interface PointsByNeed {
  /** Points that need a task. */
  points: string[]
  /** Points of which a task waits or runs in Slurm. */
  queued: string[]
  finished: string[]
  /** Points that a process trains outside of Slurm. */
  running: string[]
  /** Points that failed and are not to be retried, and those whose folder cannot be read. */
  failed: string[]
  /** Sentences for people, such as that Slurm could not be asked. */
  notes: string[]
}

export interface SubmissionPlan extends PointsByNeed {
  arrays: PlannedArray[]
}

/** The most tasks of an array if the administrator of a cluster has set nothing. */
const usualLimit = 1000

/**
 * Tells what `submit` would do, and changes nothing: the scripts as they would be written. Works where Slurm is missing, too.
 *
 * @throws {LayerRotationError} INVALID_CONFIG for paths that cannot stand in a script; MISSING_FILE, INVALID_FILE, READ_FAILED,
 *   INTERRUPTED
 */
export async function planSubmission(study: SlurmStudy, options: SubmitOptions): Promise<SubmissionPlan> {
  const found = await pointsByNeed(study, options)
  const { limit, note } = await limitOrNote(options.signal)
  const notes = note === undefined ? found.notes : [...found.notes, note]
  return { ...found, notes, arrays: plannedArrays(study, found.points, limit, options) }
}

/**
 * Finds the points that need a task.
 *
 * @param mustKnow refuses if it cannot be told which points have a task already
 * @throws {LayerRotationError} as `planSubmission`; SLURM_FAILED
 */
export async function pointsByNeed(
  study: SlurmStudy,
  { retry = false, signal, mustKnow = false }: Pick<SubmitOptions, 'retry' | 'signal'> & { mustKnow?: boolean },
): Promise<PointsByNeed> {
  const { tasks, note } = await slurmTasks(study, signal)
  if (mustKnow && note !== undefined) {
    const message = `${note}; points that were submitted before may be queued, so nothing was submitted: try again`
    throw new LayerRotationError('SLURM_FAILED', message)
  }
  const notes = note === undefined ? [] : [note]
  const planned: PointsByNeed = { points: [], queued: [], finished: [], running: [], failed: [], notes }
  for (const point of study.points) {
    throwIfInterrupted(signal, 'reading the runs')
    const state = await stateOrReason(study.folder, point)
    if (typeof state === 'object') {
      planned.failed.push(point.folder)
      notes.push(`${point.folder} cannot be read: ${state.reason}`)
    } else planned[placeOf(state, tasks.get(point.folder)?.isQueued ?? false, retry)].push(point.folder)
  }
  return planned
}

/** The state of a run; the reason if its folder cannot be read, which must not keep the other points from being submitted. */
async function stateOrReason(study: string, point: LedgerPoint): Promise<RunState['state'] | { reason: string }> {
  try {
    return (await pointState(study, point)).state
  } catch (error) {
    if (error instanceof LayerRotationError) return { reason: error.message }
    throw error
  }
}

function placeOf(state: RunState['state'], isQueued: boolean, retry: boolean): Exclude<keyof PointsByNeed, 'notes'> {
  if (state === 'finished') return state
  if (isQueued) return 'queued'
  return state === 'running' || (state === 'failed' && !retry) ? state : 'points'
}

/** The most tasks that an array may have; they are numbered from 1. @throws {LayerRotationError} SLURM_FAILED, INTERRUPTED */
export async function arrayLimit(signal: AbortSignal | undefined): Promise<number> {
  const config = await slurmCommand('scontrol', ['show', 'config'], { signal, timeout: 60_000 })
  const size = /^MaxArraySize\s*=\s*(\d+)/m.exec(config)?.[1]
  if (size === undefined) return usualLimit
  if (Number(size) > 1) return Number(size) - 1
  const message = `this cluster allows no job arrays: its MaxArraySize is ${size}; ask its administrator to raise it`
  throw new LayerRotationError('SLURM_FAILED', message)
}

async function limitOrNote(signal: AbortSignal | undefined): Promise<{ limit: number; note?: string }> {
  try {
    return { limit: await arrayLimit(signal) }
  } catch (error) {
    if (!(error instanceof LayerRotationError && error.code === 'SLURM_FAILED')) throw error
    const note = `the size that arrays may have is not known, and taken to be ${usualLimit}: ${error.message}`
    return { limit: usualLimit, note }
  }
}

/** The arrays for points, of at most `limit` tasks each. @throws {LayerRotationError} INVALID_CONFIG as `planSubmission` */
export function plannedArrays(
  study: SlurmStudy,
  points: readonly string[],
  limit: number,
  { options, program, jobs, retry = false, accept }: SubmitOptions,
): PlannedArray[] {
  const id = runId(new Date())
  const folder = resolve(study.folder)
  const number = Math.ceil(points.length / limit)
  return Array.from({ length: number }, (_, i) => {
    const files = submissionFiles(folder, number === 1 ? id : `${id}-${i + 1}`)
    const own = points.slice(i * limit, (i + 1) * limit)
    const job: ArrayJob = {
      name: study.name,
      study: folder,
      workingFolder: workingFolder(),
      logs: join(folder, studyLayout.slurm),
      list: files.list,
      size: own.length,
      // Slurm limits each array by itself.
      jobs: jobs === undefined ? undefined : Math.max(1, Math.floor(jobs / number)),
      options,
      program: [process.execPath, program],
      words: [...(retry ? ['--retry'] : []), ...(accept === undefined ? [] : ['--accept', accept.join(',')])],
    }
    return { job, files, script: arrayScript(job), points: own }
  })
}
