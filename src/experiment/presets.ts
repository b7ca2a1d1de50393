import { mnist } from '../data/mnist-config.js'
import { mlp } from '../model/mlp.js'
import { layca } from '../optimizer/layca.js'
import { sgd } from '../optimizer/sgd.js'
import { steps } from '../schedule/steps.js'
import { experiment, type ExperimentConfig } from './experiment.js'

/** The paper's perceptron on 1,000 MNIST images a class, at the largest of its four rates: 96.75 % of the test images. */
export function paperPerceptron(): ExperimentConfig {
  return experiment({
    name: 'mnist',
    data: mnist({ perClass: 1000 }),
    model: mlp({ hidden: [784], batchNorm: true }),
    optimizer: layca(sgd()),
    learningRate: steps(3 ** -2, { at: [90], factor: 1 / 5 }),
    epochs: 100,
    batchSize: 2048,
  })
}

/** Experiments that go by a name on the command line. */
export const presets: Readonly<Record<string, () => ExperimentConfig>> = { mnist: paperPerceptron }
