import { LayerRotationError } from '../errors.js'
import type { PaperExperiment } from './experiments/experiment.js'
import { paperExperiments } from './experiments/experiments.js'
import { paperStudyName } from './paper-study.js'
import { scales, type Scale } from './scale.js'
import { paperTasks } from './tasks.js'

/**
 * Tells which experiment of the paper a study is.
 *
 * @param name the name of the study
 * @param folder its folder, for the error
 * @throws {LayerRotationError} INVALID_CONFIG for a study that is none
 */
export function experimentOfStudy(name: string, folder: string): { experiment: PaperExperiment; scale: Scale } {
  for (const experiment of paperExperiments) {
    for (const scale of scales) if (paperStudyName(experiment, scale) === name) return { experiment, scale }
  }
  const own = Object.keys(paperTasks).find((task) => name === `paper-${task}`)
  const message =
    own === undefined
      ? `${folder}: found the study ${JSON.stringify(name)}; expected one that layer-rotation paper has trained`
      : `${folder}: paper ${own} has a report of its own, in its folder; expected the study of another experiment, such as paper-mnist-rates`
  throw new LayerRotationError('INVALID_CONFIG', message)
}
