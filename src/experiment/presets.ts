import { cifar10 } from '../data/cifar/cifar-config.js'
import { mnist } from '../data/mnist/mnist-config.js'
import { mlp } from '../model/zoo/mlp.js'
import { vgg25 } from '../model/zoo/paper-vgg.js'
import { layca } from '../optimizer/controls/layca.js'
import { sgd } from '../optimizer/rules/sgd.js'
import { steps } from '../schedule/curves/steps.js'
import type { ExperimentConfig } from './config.js'
import { experiment } from './experiment.js'

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

/**
 * A 13-layer VGG on all of CIFAR-10 (the authors' `fast` variant of C10-CNN1) for 12 epochs in bf16, with Layca at the
 * rate that the paper finds best.
 */
export function cifar10Fast(): ExperimentConfig {
  return experiment({
    name: 'cifar10-fast',
    data: cifar10(),
    model: vgg25({ width: 16, convolutionsPerStage: 3 }),
    optimizer: layca(sgd()),
    learningRate: steps(3 ** -3, { at: [8, 10, 11], factor: 1 / 5 }),
    epochs: 12,
    batchSize: 128,
    precision: 'bf16',
  })
}

/** The experiments that have a name on the command line. */
export const presets: Readonly<Record<string, () => ExperimentConfig>> = {
  mnist: paperPerceptron,
  'cifar10-fast': cifar10Fast,
}
