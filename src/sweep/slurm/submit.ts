import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { LayerRotationError } from '../../errors.js'
import { makeFolder } from '../../files/make-folder.js'
import { writeDurably, writing } from '../../files/write.js'
import { throwIfInterrupted } from '../../interrupted.js'
import { withLock } from '../../lock/with-lock.js'
import { studyLayout } from '../../study/ledger.js'
import { slurmCommand } from './command.js'
import {
  arrayLimit,
  plannedArrays,
  pointsByNeed,
  type PlannedArray,
  type SlurmStudy,
  type SubmissionPlan,
  type SubmitOptions,
} from './plan.js'
import { arrayOptions, optionWord } from './script.js'
import { listText, recordSubmission } from './submissions.js'

/** A plan that was carried out, with Slurm's numbers of its arrays. */
export interface SubmittedPlan extends SubmissionPlan {
  jobs: number[]
}

/**
 * Submits the points of a study that need work to Slurm, as one job array, or several if they are more than an array may have
 * tasks. Points of which a task waits or runs already are left out. Scripts, lists of points and numbers of the arrays are kept
 * in `slurm/` within the study's folder.
 *
 * @throws {LayerRotationError} SLURM_FAILED if Slurm's commands are missing or refuse; INVALID_CONFIG for paths that cannot
 *   stand in a script; MISSING_FILE, INVALID_FILE, READ_FAILED, WRITE_FAILED, INTERRUPTED
 */
export async function submit(study: SlurmStudy, options: SubmitOptions): Promise<SubmittedPlan> {
  const folder = resolve(study.folder, studyLayout.slurm)
  await makeFolder(folder)
  // Whoever submits at the same time finds the tasks in the queue.
  return withLock(join(folder, 'submit.lock'), options, async () => {
    const found = await pointsByNeed(study, { ...options, mustKnow: true })
    if (found.points.length === 0) return { ...found, arrays: [], jobs: [] }
    const arrays = plannedArrays(study, found.points, await arrayLimit(options.signal), options)
    const jobs: number[] = []
    try {
      for (const array of arrays) {
        throwIfInterrupted(options.signal, 'submitting to Slurm')
        jobs.push(await submitArray(array))
      }
    } catch (error) {
      throw withSubmitted(error, jobs)
    }
    return { ...found, arrays, jobs }
  })
}

async function submitArray({
  job,
  files: { list, script, record },
  script: text,
  points,
}: PlannedArray): Promise<number> {
  await writeDurably(list, listText(points))
  await writeDurably(script, text)
  const id = await sbatch([...arrayOptions(job).map(optionWord), script]).catch(async (error: unknown) => {
    for (const file of [list, script]) await writing(file, () => rm(file, { force: true }))
    throw error
  })
  await recordSubmission(record, id)
  return id
}

async function sbatch(words: readonly string[]): Promise<number> {
  // With the variable, sbatch would wait until all tasks have ended.
  const answer = await slurmCommand('sbatch', ['--parsable', ...words], { env: { SBATCH_WAIT: undefined } })
  const id = Number(/^\s*(\d+)/m.exec(answer)?.[1])
  if (id > 0) return id
  throw new LayerRotationError('SLURM_FAILED', `sbatch gave no number of a job: ${JSON.stringify(answer)}`)
}

/** Adds the arrays that were submitted before an error. */
function withSubmitted(error: unknown, jobs: readonly number[]): unknown {
  if (jobs.length === 0 || !(error instanceof LayerRotationError)) return error
  const message = `${error.message}\nOther points were submitted before: ${jobs.length === 1 ? 'job' : 'jobs'} ${jobs.join(', ')}`
  return new LayerRotationError(error.code, message, { cause: error })
}
