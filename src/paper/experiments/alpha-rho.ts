import { alphaMultipliers } from '../../schedule/multipliers/alpha.js'
import { accuracyByAlpha, alphas } from '../published/accuracy-by-alpha.js'
import { accuracyByRate, initialRates } from '../published/accuracy-by-rate.js'
import { laycaConfigurations } from '../published/layca-configurations.js'
import { gridTasks, mainTasks, type GridTask, type MainTask } from '../task-names.js'
import { sweptLayca } from '../tasks/choices.js'
import { laptopCnn, laptopC100 } from '../tasks/laptop.js'
import type { ComparedTask } from '../tasks/task.js'
import { comparedTasks } from '../tasks/tasks.js'
import { training } from '../tasks/training.js'
import type { PaperExperiment } from './experiment.js'
import type { IndependentPoint, PublishedNumbers } from './point.js'
import { accuraciesIn, comparableAt, rotationOf } from './published-numbers.js'
import { selected, selectedOnLaptop } from './selection.js'

/** The layers' multipliers and the learning rate of the first epoch, ρ(0). */
interface Setting {
  alpha: number
  rho: number
}

const reference: Setting = { alpha: 0, rho: 3 ** -3 }

/** The rates between 3^-3 and 3^-4 of the figure of training speed. */
const ratesForSpeed = [-3.2, -3.4, -3.6, -3.8].map((exponent) => 3 ** exponent)

const grid: readonly Setting[] = [
  reference,
  ...alphas.filter((alpha) => alpha !== 0).map((alpha) => ({ ...reference, alpha })),
  ...[...initialRates, ...ratesForSpeed].filter((rho) => rho !== reference.rho).map((rho) => ({ ...reference, rho })),
]

/** The settings of the tasks with augmentation. */
const fewSettings: readonly Setting[] = laycaConfigurations.rows
  .filter(({ task }) => task === 'C10-CNN2')
  .map(({ alpha, rho }) => ({ alpha, rho }))

const atRates = (...exponents: readonly number[]): Setting[] =>
  exponents.map((exponent) => ({ ...reference, rho: 3 ** exponent }))

/**
 * Settings on both sides of the reference, far enough from it to show through the noise of a short training. A second task has
 * the rates next to it only, to ask whether the same one is best.
 */
const laptopGrid: readonly Setting[] = [
  reference,
  ...[-0.6, -0.3, 0.3, 0.6].map((alpha) => ({ ...reference, alpha })),
  ...atRates(-2, -4, -5),
]
const laptopRates: readonly Setting[] = [reference, ...atRates(-2, -4)]

const isGridTask = (task: MainTask): task is GridTask => gridTasks.some((name) => name === task)

/**
 * Layca with multipliers alpha and learning rates ρ(0): how layers that turn at different speeds, or less, change what a
 * network learns, and how fast. The three tasks without augmentation have the whole grid, the other two five settings.
 */
export const alphaRho: PaperExperiment<MainTask> = {
  name: 'alpha-rho',
  title: 'Rotation under control',
  shows: 'Does a network generalise better, and train more slowly, the more its layers rotate?',
  tasks: mainTasks,
  axes: ['alpha', 'rho'],
  reference: { alpha: reference.alpha, rho: reference.rho },
  points: (selection) =>
    selected('alpha-rho', mainTasks, selection).flatMap(({ task, seed }) =>
      (isGridTask(task) ? grid : fewSettings).map((setting) => point(comparedTasks[task], setting, seed)),
    ),
  laptop: (selection) =>
    selectedOnLaptop('alpha-rho', [laptopCnn, laptopC100], selection).flatMap(({ task, seed }) =>
      (task === laptopC100 ? laptopRates : laptopGrid).map((setting) => point(task, setting, seed)),
    ),
}

function point(task: ComparedTask, { alpha, rho }: Setting, seed: number): IndependentPoint {
  const multipliers = alpha === 0 ? null : alphaMultipliers(alpha)
  return {
    values: { task: task.name, alpha, rho, seed },
    experiment: training(task, sweptLayca(task, rho), seed, { multipliers }),
    testWeights: task.testWeights,
    published: comparableAt(task, publishedOf(task.name, { alpha, rho })),
  }
}

function publishedOf(task: MainTask, { alpha, rho }: Setting): PublishedNumbers {
  const isAtRate = rho === reference.rho
  return {
    ...accuraciesIn(laycaConfigurations, (row) => row.task === task && row.alpha === alpha && row.rho === rho),
    ...accuraciesIn(accuracyByAlpha, (row) => row.task === task && row.alpha === alpha && isAtRate),
    ...accuraciesIn(accuracyByRate, (row) => row.task === task && row.rho === rho && alpha === 0),
    ...(isGridTask(task) && hasLossCurve({ alpha, rho }) ? { lossCurve: { task, alpha, rho } } : {}),
    ...(alpha === 0 ? rotationAt(task, rho) : {}),
  }
}

/** Tells whether the figure of training speed shows the setting: |alpha| up to 0.6, ρ(0) from 3^-3 to 3^-4. */
const hasLossCurve = ({ alpha, rho }: Setting): boolean =>
  Math.abs(alpha) <= 0.6 && rho <= reference.rho && rho >= 3 ** -4

function rotationAt(task: MainTask, rho: number) {
  switch (rho) {
    case 3 ** -3:
      return rotationOf(task, 'Layca 3^-3')
    case 3 ** -4:
      return rotationOf(task, 'Layca 3^-4')
    case 3 ** -5:
      return rotationOf(task, 'Layca 3^-5')
    default:
      return {}
  }
}
