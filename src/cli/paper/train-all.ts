import { LayerRotationError } from '../../errors.js'
import { tasksAt } from '../../paper/experiments/experiment.js'
import { paperExperiments } from '../../paper/experiments/experiments.js'
import { print } from '../output.js'
import { showClaims } from './claims.js'
import { trainExperiment, type ExperimentOptions } from './train-experiment.js'

/**
 * Trains every experiment of the paper that has the scale and one of the tasks, one after another, and tests the claims.
 *
 * @throws {LayerRotationError} INVALID_CONFIG if none has, and the errors of `trainExperiment` and `testClaims`
 */
export async function trainAll(options: ExperimentOptions): Promise<void> {
  const { scale, tasks, slurm, dryRun, runsFolder } = options
  const parts = paperExperiments.flatMap((experiment) => {
    const chosen = tasksAt(experiment, scale).filter((task) => tasks?.includes(task) ?? true)
    return chosen.length === 0 ? [] : [{ experiment, tasks: chosen }]
  })
  if (parts.length === 0) {
    const message = `no experiment has a version of ${tasks?.join(', ')} for a laptop; expected --scale full`
    throw new LayerRotationError('INVALID_CONFIG', message)
  }
  for (const { experiment, tasks } of parts) {
    await trainExperiment(experiment, { ...options, tasks })
    print('')
  }
  if (slurm !== undefined || dryRun) return
  await showClaims([], runsFolder, false)
}
