import { LayerRotationError } from '../errors.js'
import type { ExperimentConfig } from '../experiment/config.js'
import { shortenedSchedule } from '../schedule/schedule.js'

/**
 * An experiment of fewer epochs, whose learning rates keep their course over the run: drops, falls and warmups come in
 * proportion. It ends after its last epoch, whatever would have stopped the whole run.
 *
 * @throws {LayerRotationError} INVALID_CONFIG for rates that follow another run or what is measured
 */
export function shortened(experiment: ExperimentConfig, epochs: number): ExperimentConfig {
  if (epochs > experiment.epochs) {
    const message = `epochs is ${epochs}; expected at most ${experiment.epochs}, those of the experiment`
    throw new LayerRotationError('INVALID_CONFIG', message)
  }
  const learningRate = shortenedSchedule(experiment.learningRate, epochs / experiment.epochs)
  return epochs === experiment.epochs ? experiment : { ...experiment, epochs, learningRate, stopping: null }
}
