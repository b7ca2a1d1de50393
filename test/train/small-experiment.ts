import type { ExperimentConfig } from '../../src/experiment/config.js'
import { experiment } from '../../src/experiment/experiment.js'
import { testDevice } from '../support/device.js'

/** Short: 1,000 synthetic images, which take less time to make than those of MNIST to read, and 3 epochs of 10 steps. */
export const smallExperiment: ExperimentConfig = experiment({
  name: 'small',
  data: { type: 'synthetic', shape: [1, 12, 12], classes: 10, train: 1000, test: 500 },
  model: { type: 'mlp', hidden: [32], batchNorm: true },
  optimizer: { type: 'layca', rule: { type: 'sgd' } },
  learningRate: { type: 'steps', initial: 0.1, at: [2], factor: 0.2 },
  epochs: 3,
  batchSize: 100,
  device: testDevice,
  record: { steps: 1 },
})
