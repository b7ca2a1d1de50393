import type { ExperimentConfig } from '../../src/experiment/config.js'
import { experiment } from '../../src/experiment/experiment.js'
import { testDevice } from '../support/device.js'

/** A real but short one: 1,000 MNIST images, a hidden layer of 32 units, 3 epochs of 10 steps. */
export const smallExperiment: ExperimentConfig = experiment({
  name: 'small',
  data: { type: 'mnist', perClass: 100 },
  model: { type: 'mlp', hidden: [32], batchNorm: true },
  optimizer: { type: 'layca', rule: { type: 'sgd' } },
  learningRate: { type: 'steps', initial: 0.1, at: [2], factor: 0.2 },
  epochs: 3,
  batchSize: 100,
  device: testDevice,
  record: { steps: 1 },
})
