import { experiment, type ExperimentConfig } from '../experiment/experiment.js'
import { paperPerceptron } from '../experiment/presets.js'
import { constant } from '../schedule/constant.js'
import { steps } from '../schedule/steps.js'

/** Epochs that the paper trains. */
export const paperEpochs = 100

/** The paper's initial learning rates, and after how many epochs they are divided by five, if ever. */
const rates: readonly { initial: number; drop?: number }[] = [
  { initial: 3 ** -2, drop: 90 },
  { initial: 3 ** -2.5, drop: 95 },
  { initial: 3 ** -3, drop: 95 },
  { initial: 3 ** -4 },
]

export interface PaperMnistSettings {
  seed?: number
  device?: string
  threads?: number | null
  /** Other than 100, the drops of the learning rate keep their place in proportion. */
  epochs?: number
}

/**
 * The paper's MNIST experiment: a perceptron 784-784-10 with batch normalisation on 1,000 images a class, batches of
 * 2,048, Layca on plain SGD; one config a learning rate, largest first.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function paperMnistExperiments({
  seed = 1,
  device = 'auto',
  threads = null,
  epochs = paperEpochs,
}: PaperMnistSettings = {}): ExperimentConfig[] {
  return rates.map(({ initial, drop }) => {
    const at = drop === undefined ? epochs : Math.round((drop / paperEpochs) * epochs)
    return experiment({
      ...paperPerceptron(),
      name: 'paper-mnist',
      learningRate: at < epochs ? steps(initial, { at: [at], factor: 1 / 5 }) : constant(initial),
      epochs,
      seed,
      device,
      threads,
    })
  })
}
