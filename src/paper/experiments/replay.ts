import { join } from 'node:path'
import { layca } from '../../optimizer/controls/layca.js'
import { layout } from '../../run/layout.js'
import { replay as replayed } from '../../schedule/replay.js'
import { replays, type ReplayRow } from '../published/replays.js'
import { mainTasks, type MainTask } from '../task-names.js'
import { bestChoice } from '../tasks/choices.js'
import { laptopCnn } from '../tasks/laptop.js'
import type { ComparedTask } from '../tasks/task.js'
import { comparedTasks } from '../tasks/tasks.js'
import { training } from '../tasks/training.js'
import type { PaperExperiment } from './experiment.js'
import type { PaperPoint, PublishedNumbers } from './point.js'
import { comparableAt } from './published-numbers.js'
import { selected, selectedOnLaptop } from './selection.js'

/**
 * The training speed of adaptive methods: SGD under Layca turns every layer at every step by the angle that the adaptive method
 * turned it by. It has the same initial weights, and other batches.
 *
 * The authors' angles come from cosine distances in fp32, which are noise below 3e-4 rad; these here are exact. The SGD that
 * their figure shows has L2 regularisation.
 */
export const replay: PaperExperiment<MainTask> = {
  name: 'replay',
  title: 'Replay of the angles of adaptive methods',
  shows: 'Do adaptive methods train fast because of the angles by which they turn the layers?',
  tasks: mainTasks,
  axes: ['run'],
  points: (selection) =>
    selected('replay', mainTasks, selection).flatMap(({ task, seed }) => points(comparedTasks[task], seed)),
  laptop: (selection) =>
    selectedOnLaptop('replay', [laptopCnn], selection).flatMap(({ task, seed }) => points(task, seed)),
}

function points(task: ComparedTask, seed: number): PaperPoint[] {
  const { name, testWeights } = task
  const adaptive = bestChoice(task, 'adaptive')
  const after = { task: name, run: 'adaptive', seed }
  return [
    {
      values: after,
      experiment: training(task, adaptive, seed, { stopping: null, record: { steps: 1 } }),
      testWeights,
      published: publishedOf(task, 'adaptive'),
    },
    {
      values: { ...after, run: 'replay' },
      after,
      experiment: (run) =>
        training(task, { ...adaptive, optimizer: layca(task.replayRule), regularization: null }, otherSeed(seed), {
          learningRate: replayed(run),
          initialWeights: join(run, layout.weights('initial')),
          stopping: null,
        }),
      testWeights,
      published: publishedOf(task, 'replay'),
    },
    {
      values: { ...after, run: 'SGD+L2' },
      experiment: training(task, bestChoice(task, 'SGD+L2'), seed),
      testWeights,
      published: publishedOf(task, 'sgd'),
    },
  ]
}

/** A seed for other batches, different for every seed. */
const otherSeed = (seed: number): number => 2 ** 32 - 1 - seed

function publishedOf(task: ComparedTask, run: 'adaptive' | 'replay' | 'sgd'): PublishedNumbers {
  const points = replays.rows
    .filter((row: ReplayRow) => row.task === task.name)
    .map((row) => ({ epoch: row.epoch, trainAccuracy: row[run] }))
  return comparableAt(task, { trainAccuracies: { points, source: replays.sources[run]! } })
}
