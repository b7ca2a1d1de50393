import { LayerRotationError } from '../../errors.js'
import { join } from 'node:path'
import { studyLayout } from '../../study/ledger.js'
import { readQueue, type QueuedTask } from './queue.js'
import { readSubmissions } from './submissions.js'

/** The task of a job array that trains a point. */
export interface SlurmTask {
  /** Slurm's name of the task, such as `17_3`. */
  id: string
  /** True while it waits or runs; undefined if Slurm could not be asked. */
  isQueued: boolean | undefined
  /** Slurm's word for the state while it is queued, such as PENDING. */
  state?: string | undefined
  /** The reason why it waits, in Slurm's word, if it has one. */
  reason?: string | undefined
  /** How many times it was queued again. */
  restarts?: number | undefined
  /** The path of its log, which Slurm makes when it begins. */
  log: string
}

export interface SlurmTasks {
  /** The newest task of each point that was submitted, by the name of the run's folder; one that is queued comes first. */
  tasks: Map<string, SlurmTask>
  /** A sentence for people if tasks may be missing here: Slurm could not be asked, or the record of a submission is damaged. */
  note?: string | undefined
}

/**
 * Tells which tasks train the points of a study, from the records in its folder and from Slurm's queue. Where Slurm does not
 * answer, only the runs' folders tell how far they are.
 *
 * @param study its name and its folder
 * @throws {LayerRotationError} READ_FAILED, INTERRUPTED
 */
export async function slurmTasks(
  { name, folder }: { name: string; folder: string },
  signal?: AbortSignal,
): Promise<SlurmTasks> {
  const { submissions, problems } = await readSubmissions(folder)
  const [problem] = problems
  if (submissions.length === 0) return { tasks: new Map(), ...(problem !== undefined && { note: problem }) }
  const { queue, note = problem } = await queueOrNote(name, signal)
  const tasks = new Map<string, SlurmTask>()
  for (const { job, points } of submissions) {
    points.forEach((point, i) => {
      const id = `${job}_${i + 1}`
      const queued = queue?.get(id)
      if (tasks.get(point)?.isQueued && queued === undefined) return
      const { state, reason, restarts } = queued ?? {}
      const log = join(folder, studyLayout.slurm, `${id}.log`)
      tasks.set(point, { id, isQueued: queue && queued !== undefined, state, reason, restarts, log })
    })
  }
  return { tasks, note }
}

async function queueOrNote(
  name: string,
  signal: AbortSignal | undefined,
): Promise<{ queue?: Map<string, QueuedTask>; note?: string }> {
  try {
    const queue = await readQueue(name, signal)
    return { queue: new Map(queue.map((task) => [`${task.job}_${task.task}`, task])) }
  } catch (error) {
    if (!(error instanceof LayerRotationError && error.code === 'SLURM_FAILED')) throw error
    return { note: `the queue of Slurm is not known: ${error.message}` }
  }
}
