import { z } from 'zod'
import { LayerRotationError } from '../../errors.js'
import { slurmCommand } from './command.js'

/** A task of a job array, as the queue shows it. */
export interface QueuedTask {
  /** The number of its array. */
  job: number
  /** Its number in the array. */
  task: number
  /** Slurm's word for the state, such as PENDING, RUNNING or COMPLETING. */
  state: string
  /** The reason why it waits, in Slurm's word, such as Priority or BeginTime; '' if there is none. */
  reason: string
  /** How many times it was queued again. */
  restarts: number
}

/** Slurm's words for tasks that have ended for good; the queue shows them for some minutes. */
const ended = new Set([
  'BOOT_FAIL',
  'CANCELLED',
  'COMPLETED',
  'DEADLINE',
  'FAILED',
  'LAUNCH_FAILED',
  'NODE_FAIL',
  'OUT_OF_MEMORY',
  'PREEMPTED',
  'RECONFIG_FAIL',
  'REVOKED',
  'TIMEOUT',
])

/** Milliseconds within which squeue has to answer. */
const patience = 60_000

/**
 * Asks Slurm for the tasks that wait or run.
 *
 * @param name the name of the jobs; older versions of Slurm answer with all jobs of the cluster
 * @throws {LayerRotationError} SLURM_FAILED, INTERRUPTED
 */
export async function readQueue(name: string, signal?: AbortSignal): Promise<QueuedTask[]> {
  // Without the variable, long lists of tasks end with dots.
  const options = { env: { SLURM_BITSTR_LEN: '0' }, signal, timeout: patience }
  return tasksIn(await slurmCommand('squeue', ['--json', `--name=${name}`], options), name)
}

/** Later versions than 22.05 wrap numbers, which may be missing or infinite. */
const numberSchema = z
  .union([z.number(), z.null(), z.object({ set: z.boolean(), number: z.number() })])
  .transform((value) => (typeof value !== 'object' ? value : value?.set ? value.number : null))

const jobSchema = z.object({
  name: z.string().nullish(),
  array_job_id: numberSchema,
  array_task_id: z.union([numberSchema, z.string()]),
  array_task_string: z.string().nullish(),
  job_state: z.union([z.string().transform((state) => [state]), z.array(z.string())]),
  state_reason: z.string().nullish(),
  restart_cnt: numberSchema.optional(),
})

const answerSchema = z.object({ jobs: z.array(jobSchema) })

/**
 * Returns the tasks of job arrays of a name that wait or run.
 *
 * @param text an answer of `squeue --json`, from Slurm 22.05 or later
 * @throws {LayerRotationError} SLURM_FAILED if it is something else
 */
export function tasksIn(text: string, name: string): QueuedTask[] {
  return answerIn(text).jobs.flatMap((job) => {
    if (job.name !== name || job.array_job_id === null || job.array_job_id === 0) return []
    if (hasEnded(job.job_state)) return []
    const reason = job.state_reason ?? ''
    const shared = {
      job: job.array_job_id,
      state: job.job_state[0] ?? 'UNKNOWN',
      reason: reason === 'None' ? '' : reason,
      restarts: job.restart_cnt ?? 0,
    }
    return taskNumbers(job.array_task_id, job.array_task_string ?? '').map((task) => ({ ...shared, task }))
  })
}

/** Tells whether a task has ended for good: later versions give several words, and one that is queued again ends first. */
const hasEnded = (states: readonly string[]): boolean =>
  states.some((state) => ended.has(state)) && !states.some((state) => state.startsWith('REQUEUE'))

function answerIn(text: string): z.output<typeof answerSchema> {
  try {
    return answerSchema.parse(JSON.parse(text))
  } catch (cause) {
    const [problem] = cause instanceof z.ZodError ? cause.issues : []
    const detail = problem ? `: ${problem.path.join('.')}: ${problem.message}` : '; expected JSON'
    const message = `squeue --json gave an answer that is not known here${detail}`
    throw new LayerRotationError('SLURM_FAILED', message, { cause })
  }
}

/** The numbers of the tasks of a record: one of a task that has begun, and a list for those that wait. */
function taskNumbers(id: number | string | null, list: string): number[] {
  if (typeof id === 'number' && list === '') return [id]
  return listedNumbers(list === '' && typeof id === 'string' ? id : list)
}

/** The numbers in a list such as `1-3,5,10-20:5%2`: ranges, steps, and how many tasks run at once. */
function listedNumbers(list: string): number[] {
  const [numbers = ''] = list.split('%')
  return numbers.split(',').flatMap((part) => {
    const [, first, last = first, step = 1] = /^(\d{1,7})(?:-(\d{1,7}))?(?::(\d{1,7}))?$/.exec(part) ?? []
    if (first === undefined) return []
    const length = Math.floor((Number(last) - Number(first)) / Number(step)) + 1
    return Array.from({ length }, (_, i) => Number(first) + i * Number(step))
  })
}
