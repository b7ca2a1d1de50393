import { LayerRotationError } from '../../errors.js'
import { openTrainedRun } from '../../run/open-run.js'
import { runFolder, type LedgerPoint } from '../../study/ledger.js'
import { requeue, thisTask, type ThisTask } from '../../sweep/slurm/this-task.js'
import { trainPoint, type PointEnd, type TrainPointOptions } from '../../sweep/train-point.js'
import { signalExitCode } from '../exit-codes.js'
import { interruptible } from '../interruption.js'
import { print } from '../output.js'
import { describeFinish } from '../progress/describe.js'
import { trainingView } from '../training.js'

/**
 * Trains a point of a study and shows it. In a task of Slurm it uses the CPUs of the task, and puts the task back into the queue
 * after a warning.
 *
 * @param study the study's folder
 * @throws {LayerRotationError} the errors of `trainPoint`
 */
export async function showPoint(
  study: string,
  point: LedgerPoint,
  { retry, accept }: Pick<TrainPointOptions, 'retry' | 'accept'>,
): Promise<void> {
  const task = thisTask()
  const view = await trainingView()
  const train = async (signal: AbortSignal): Promise<PointEnd> => {
    try {
      const options = { ...view.listeners, signal, retry, accept, threads: task?.cpus, takeOver: true }
      return await trainPoint(study, point, options).finally(() => view.end())
    } catch (error) {
      if (task !== undefined && isWarning(signal, error)) await putBack(task)
      throw error
    }
  }
  const outcome = await interruptible(train, { note: view.note, stopping: () => 'Stopping after this step' })
  await showEnd(runFolder(study, point), outcome)
}

/**
 * Tells whether SIGUSR1 interrupted a training, by which Slurm warns a task that its time is nearly up, as the script asks, or
 * that it will be pre-empted, where the cluster is set so. Slurm sends SIGTERM in all other cases, and nothing is to be done
 * then: `scancel` wants the end of the task, and Slurm itself queues a task again that it has pre-empted or whose node it has
 * lost.
 */
const isWarning = (signal: AbortSignal, error: unknown): boolean =>
  signal.reason === signalExitCode('SIGUSR1') && error instanceof LayerRotationError && error.code === 'INTERRUPTED'

async function putBack(task: ThisTask): Promise<void> {
  try {
    await requeue(task)
    print(`queued    again as ${task.id}; Slurm starts it after some two minutes`)
  } catch (error) {
    if (!(error instanceof LayerRotationError)) throw error
    print(`not queued again: ${error.message}`)
  }
}

async function showEnd(folder: string, outcome: PointEnd): Promise<void> {
  if (outcome.end === 'failed') {
    print(`${folder} has failed: ${outcome.reason}; --retry resumes it`)
    process.exitCode = 1
  } else if (outcome.end === 'elsewhere') print(`${folder} is trained by another process`)
  else print(...describeFinish(await openTrainedRun(folder)))
}
