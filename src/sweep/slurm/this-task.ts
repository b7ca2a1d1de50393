import { slurmCommand } from './command.js'

/** The task of Slurm in which this process runs. */
export interface ThisTask {
  /** Its name, such as `17_3`, or the number of a job that is no array. */
  id: string
  /** The CPUs that it was given on this machine; undefined if Slurm does not tell. */
  cpus: number | undefined
}

/** Tells in which task of Slurm a process runs, from its environment; undefined outside of Slurm. */
export function thisTask(env: NodeJS.ProcessEnv = process.env): ThisTask | undefined {
  const { SLURM_JOB_ID: job, SLURM_ARRAY_JOB_ID: array, SLURM_ARRAY_TASK_ID: task } = env
  if (job === undefined) return undefined
  const cpus = Number(env['SLURM_CPUS_PER_TASK'] ?? env['SLURM_CPUS_ON_NODE'])
  return {
    // The number in SLURM_JOB_ID can be that of the whole array.
    id: array === undefined || task === undefined ? job : `${array}_${task}`,
    cpus: Number.isInteger(cpus) && cpus > 0 ? cpus : undefined,
  }
}

/**
 * Puts a task back into the queue of Slurm, which then ends its processes and starts it again after some two minutes. A task
 * that was cancelled, or has ended in another way, stays as it is.
 *
 * @throws {LayerRotationError} SLURM_FAILED
 */
export async function requeue({ id }: ThisTask): Promise<void> {
  try {
    await slurmCommand('scontrol', ['requeue', 'incomplete', id])
  } catch (error) {
    // Slurm ends the task with all its processes, and scontrol is one of them.
    const { signal } = ((error as Error).cause ?? {}) as { signal?: NodeJS.Signals }
    if (signal !== 'SIGTERM') throw error
  }
}
