import { paperExperiments } from '../../paper/experiments/experiments.js'
import { print } from '../output.js'
import { showClaims } from './claims.js'
import { trainExperiment, type ExperimentOptions } from './train-experiment.js'

/**
 * Trains every experiment of the paper that has the scale and one of the tasks, one after another, and tests the claims.
 *
 * @throws the errors of `trainExperiment` and `testClaims`
 */
export async function trainAll(options: ExperimentOptions): Promise<void> {
  const { scale, tasks, slurm, dryRun, runsFolder } = options
  for (const experiment of paperExperiments) {
    if (scale === 'laptop' && experiment.laptop === undefined) continue
    const chosen = tasks?.filter((task) => experiment.tasks.includes(task))
    if (chosen?.length === 0) continue
    await trainExperiment(experiment, { ...options, tasks: chosen })
    print('')
  }
  if (slurm !== undefined || dryRun) return
  await showClaims([], runsFolder, false)
}
