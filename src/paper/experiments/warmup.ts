import { sgd } from '../../optimizer/rules/sgd.js'
import { warmup as warmedUp } from '../../schedule/warmup.js'
import { warmupRuns, type WarmupRun } from '../published/warmup.js'
import { c10Resnet } from '../tasks/c10-resnet.js'
import { bestLayca, bestSgd, type Choice } from '../tasks/choices.js'
import { laptopResnet } from '../tasks/laptop.js'
import type { SweptTask } from '../tasks/task.js'
import { droppingRate, training } from '../tasks/training.js'
import type { PaperExperiment } from './experiment.js'
import type { IndependentPoint, PublishedNumbers } from './point.js'
import { accuraciesIn, comparableAt } from './published-numbers.js'
import { selected, selectedOnLaptop } from './selection.js'

const tasks = ['C10-resnet'] as const

interface Setting extends Pick<WarmupRun, 'method' | 'warmup'> {
  /** The learning rate after the warmup; by default the best one. */
  rate?: number
}

/**
 * The paper's rate, at which so shallow a network needs no warmup, and one nine times as high, at which it fails without. The L2
 * penalty is then a ninth, so that weights in equilibrium turn by the same angle a step, √(2·rate·2w).
 */
const laptopSettings: readonly Setting[] = [
  ...[3 ** -1, 3].flatMap((rate) => [0, 2].map((warmup): Setting => ({ method: 'SGD+L2', rate, warmup }))),
  { method: 'Layca', warmup: 0 },
]

/** SGD with L2 after warmups of several lengths from a tenth of the rate, and Layca, which needs none. */
export const warmup: PaperExperiment<'C10-resnet'> = {
  name: 'warmup',
  title: 'Warmup of the learning rate',
  shows: 'Does warmup let the layers turn at a high learning rate, and does Layca make it needless?',
  tasks,
  axes: ['method', 'rate', 'warmup'],
  reference: { method: 'SGD+L2', rate: 3 ** -1, warmup: 0 },
  points: (selection) =>
    selected('warmup', tasks, selection).flatMap(({ seed }) =>
      warmupRuns.rows.map(({ method, warmup }) => point(c10Resnet, { method, warmup }, seed)),
    ),
  laptop: (selection) =>
    selectedOnLaptop('warmup', [laptopResnet], selection).flatMap(({ task, seed }) =>
      laptopSettings.map((setting) => point(task, setting, seed)),
    ),
}

function point(task: SweptTask, { method, warmup: epochs, rate }: Setting, seed: number): IndependentPoint {
  const best = method === 'Layca' ? bestLayca(task, sgd()) : bestSgd(task, method)
  const choice = rate === undefined ? best : atRate(best, rate)
  const learningRate = droppingRate(choice)
  return {
    values: { task: task.name, method, rate: choice.rate, warmup: epochs, seed },
    experiment: training(task, choice, seed, {
      learningRate: epochs === 0 ? learningRate : warmedUp(learningRate, { epochs, factor: 1 / 10 }),
    }),
    testWeights: task.testWeights,
    published: choice.rate === best.rate ? comparableAt(task, publishedOf(method, epochs)) : {},
  }
}

/** A choice at another rate, with an L2 penalty in inverse proportion. */
function atRate(choice: Choice, rate: number): Choice {
  const { regularization } = choice
  if (regularization?.type !== 'l2') return { ...choice, rate }
  return {
    ...choice,
    rate,
    regularization: { ...regularization, factor: (regularization.factor * choice.rate) / rate },
  }
}

function publishedOf(method: WarmupRun['method'], epochs: number): PublishedNumbers {
  const isMeant = (row: WarmupRun) => row.method === method && row.warmup === epochs
  const curve = warmupRuns.rows.find(isMeant)?.curve
  return {
    ...accuraciesIn(warmupRuns, isMeant),
    ...(curve ? { trainAccuracies: { points: curve, source: warmupRuns.sources.curve! } } : {}),
  }
}
