import { sgdByRate, sgdRates } from '../published/sgd-rates.js'
import { mainTasks, type MainTask } from '../task-names.js'
import { sweptSgd } from '../tasks/choices.js'
import { laptopCnn } from '../tasks/laptop.js'
import type { ComparedTask } from '../tasks/task.js'
import { comparedTasks } from '../tasks/tasks.js'
import { training } from '../tasks/training.js'
import type { PaperExperiment } from './experiment.js'
import type { IndependentPoint } from './point.js'
import { accuraciesIn, comparableAt, rotationOf } from './published-numbers.js'
import { selected, selectedOnLaptop } from './selection.js'

/** SGD without L2 at the learning rates whose results are published: five, and for C100-resnet a sixth that fails. */
export const learningRate: PaperExperiment<MainTask> = {
  name: 'learning-rate',
  title: 'The learning rate of SGD',
  shows: 'Does the learning rate of SGD that generalises best turn the layers furthest?',
  tasks: mainTasks,
  axes: ['rate'],
  reference: { rate: 3 ** -1 },
  points: (selection) =>
    selected('learning-rate', mainTasks, selection).flatMap(({ task, seed }) =>
      sgdByRate.rows.filter((row) => row.task === task).map(({ rate }) => point(comparedTasks[task], rate, seed)),
    ),
  laptop: (selection) =>
    selectedOnLaptop('learning-rate', [laptopCnn], selection).flatMap(({ task, seed }) =>
      sgdRates.map((rate) => point(task, rate, seed)),
    ),
}

function point(task: ComparedTask, rate: number, seed: number): IndependentPoint {
  return {
    values: { task: task.name, rate, seed },
    experiment: training(task, sweptSgd(task, rate), seed),
    testWeights: task.testWeights,
    published: comparableAt(task, {
      ...accuraciesIn(sgdByRate, (row) => row.task === task.name && row.rate === rate),
      ...rotationAt(task, rate),
    }),
  }
}

function rotationAt({ name, best }: ComparedTask, rate: number) {
  if (rate === best.SGD.rate) return rotationOf(name, 'SGD best rate')
  return rate === 1 ? rotationOf(name, 'SGD 3^0') : {}
}
