import { layca } from '../../optimizer/controls/layca.js'
import { sgd } from '../../optimizer/rules/sgd.js'
import { publishedMnist } from '../published/mnist.js'
import { mnist as task, mnistRates } from '../tasks/mnist.js'
import type { Best } from '../tasks/task.js'
import { training } from '../tasks/training.js'
import type { PaperExperiment } from './experiment.js'
import type { IndependentPoint, PublishedNumbers } from './point.js'
import { accuraciesIn } from './published-numbers.js'
import { selected } from './selection.js'

const tasks = ['MNIST'] as const

/** Layca on MNIST at seven learning rates, four of which are published. */
export const mnist: PaperExperiment<'MNIST'> = {
  name: 'mnist-rates',
  title: 'Rotation and features on MNIST',
  shows: 'What do the neurons of the first layer learn when they turn more or less?',
  tasks,
  axes: ['rate'],
  reference: { rate: 3 ** -3 },
  points: (selection) =>
    selected('mnist-rates', tasks, selection).flatMap(({ seed }) => mnistRates.map((rate) => point(rate, seed))),
}

function point({ rate, drops }: Best, seed: number): IndependentPoint {
  return {
    values: { task: 'MNIST', rate, seed },
    experiment: training(task, { optimizer: layca(sgd()), rate, drops }, seed),
    testWeights: task.testWeights,
    published: publishedOf(rate),
  }
}

function publishedOf(rate: number): PublishedNumbers {
  const isMeant = (row: { learningRate: number }) => row.learningRate === rate
  const curve = publishedMnist.rows.find(isMeant)?.curve
  return {
    ...accuraciesIn(publishedMnist, isMeant),
    ...(curve ? { rotationCurve: { layer: 'dense0', points: curve, source: publishedMnist.sources.curve! } } : {}),
  }
}
