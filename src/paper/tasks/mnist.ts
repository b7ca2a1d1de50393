import { paperPerceptron } from '../../experiment/presets.js'
import type { Best, Task } from './task.js'

const { data, model, loss, batchSize } = paperPerceptron()

/**
 * The perceptron on 1,000 MNIST images a class: the preset `mnist`. Its loss is not clipped as the authors' is, which tells
 * only for images whose class has a probability below 1e-7.
 */
export const mnist: Task = {
  name: 'MNIST',
  setup: { data, model, loss, batchSize },
  stopping: null,
  testWeights: 'last',
}

/**
 * The learning rates of the authors' notebook, and the lengths and drops of their trainings. It holds no results of the
 * last three.
 */
export const mnistRates: readonly Best[] = [
  { rate: 3 ** -2, drops: { epochs: 100, at: [90], factor: 1 / 5 } },
  { rate: 3 ** -2.5, drops: { epochs: 100, at: [95], factor: 1 / 5 } },
  { rate: 3 ** -3, drops: { epochs: 100, at: [95], factor: 1 / 5 } },
  { rate: 3 ** -4, drops: { epochs: 100, at: [], factor: 1 } },
  { rate: 3 ** -5, drops: { epochs: 120, at: [], factor: 1 } },
  { rate: 3 ** -6, drops: { epochs: 300, at: [], factor: 1 } },
  { rate: 3 ** -7, drops: { epochs: 1000, at: [], factor: 1 } },
]
