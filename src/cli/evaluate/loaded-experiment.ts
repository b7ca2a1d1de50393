import type { ExperimentConfig } from '../../experiment/config.js'

/** Loads the experiment that --experiment names, if it does. @throws {LayerRotationError} as for run */
export async function loadedExperiment(name: string | undefined): Promise<ExperimentConfig | undefined> {
  if (name === undefined) return undefined
  const { loadExperiment } = await import('../../experiment/load-experiment.js')
  return loadExperiment(name)
}
