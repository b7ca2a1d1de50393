import { warmup as warmedUp } from '../../schedule/warmup.js'
import { sgd } from '../../optimizer/rules/sgd.js'
import { warmupRuns, type WarmupRun } from '../published/warmup.js'
import { c10Resnet } from '../tasks/c10-resnet.js'
import { bestLayca, bestSgd } from '../tasks/choices.js'
import type { SweptTask } from '../tasks/task.js'
import { droppingRate, training } from '../tasks/training.js'
import type { PaperExperiment } from './experiment.js'
import type { IndependentPoint } from './point.js'
import { accuraciesIn } from './published-numbers.js'
import { selected } from './selection.js'

const tasks = ['C10-resnet'] as const

/** SGD with L2 after warmups of several lengths from a tenth of the rate, and Layca, which needs none. */
export const warmup: PaperExperiment<'C10-resnet'> = {
  name: 'warmup',
  title: 'Warmup of the learning rate',
  shows: 'Does warmup let the layers turn at a high learning rate, and does Layca make it needless?',
  tasks,
  axes: ['method', 'warmup'],
  points: (selection) =>
    selected('warmup', tasks, selection).flatMap(({ seed }) =>
      warmupRuns.rows.map((run) => point(c10Resnet, run, seed)),
    ),
}

function point(task: SweptTask, { method, warmup: epochs, curve }: WarmupRun, seed: number): IndependentPoint {
  const choice = method === 'Layca' ? bestLayca(task, sgd()) : bestSgd(task, method)
  const rate = droppingRate(choice)
  return {
    values: { task: task.name, method, warmup: epochs, seed },
    experiment: training(task, choice, seed, {
      learningRate: epochs === 0 ? rate : warmedUp(rate, { epochs, factor: 1 / 10 }),
    }),
    testWeights: task.testWeights,
    published: {
      ...accuraciesIn(warmupRuns, (row) => row.method === method && row.warmup === epochs),
      trainAccuracies: { points: curve, source: warmupRuns.sources.curve! },
    },
  }
}
