import type { MainTask } from '../task-names.js'
import { derivedAccuracy, printedAccuracy, writtenDifference, type PublishedTable } from './table.js'

/** A training with Layca on plain SGD. */
export interface LaycaConfiguration {
  task: MainTask
  /** The strength of the layers' multipliers. */
  alpha: number
  /** The learning rate of the first epoch, ρ(0). */
  rho: number
  /** Test accuracy in percent. */
  testAccuracy: number
  /** Test accuracy less that of the task's reference (alpha 0, ρ(0) 3^-3), in points. */
  difference: number
  /** Accuracy of the last epoch in training mode, in percent. */
  trainAccuracy: number
}

/** [test accuracy, difference, train accuracy] */
type Numbers = readonly [number, number, number]

const rows = (task: MainTask, reference: Numbers, others: readonly Numbers[]): LaycaConfiguration[] =>
  configurations.map((configuration, i) => {
    const [testAccuracy, difference, trainAccuracy] = others[i] ?? reference
    return { task, ...configuration, testAccuracy, difference, trainAccuracy }
  })

/** The columns of the figure, the reference last. */
const configurations = [
  { alpha: -0.6, rho: 3 ** -3 },
  { alpha: 0.6, rho: 3 ** -3 },
  { alpha: 0, rho: 3 ** -5 },
  { alpha: 0, rho: 3 ** -4 },
  { alpha: 0, rho: 3 ** -3 },
]

/**
 * Layca with five settings of alpha and ρ(0) on five tasks: the texts of exploration_curves.png, and the notebook's train
 * accuracies.
 */
export const laycaConfigurations: PublishedTable<LaycaConfiguration> = {
  title: 'Layca: layers at different speeds, and smaller rates',
  sources: { testAccuracy: derivedAccuracy, difference: writtenDifference, trainAccuracy: printedAccuracy },
  rows: [
    ...rows(
      'C10-CNN1',
      [88.45, 0, 99.99],
      [
        [83.11, -5.34, 100],
        [68.67, -19.78, 99.99],
        [81.01, -7.44, 100],
        [86.04, -2.41, 100],
      ],
    ),
    ...rows(
      'C100-resnet',
      [59.81, 0, 99.75],
      [
        [44.26, -15.55, 82.09],
        [29.63, -30.18, 99.54],
        [35.39, -24.42, 99.87],
        [46.78, -13.03, 99.99],
      ],
    ),
    ...rows(
      'tiny-CNN',
      [50.89, 0, 98.91],
      [
        [40.41, -10.48, 99.98],
        [28.21, -22.68, 99.95],
        [35.68, -15.21, 99.97],
        [40.19, -10.7, 99.97],
      ],
    ),
    ...rows(
      'C10-CNN2',
      [93.4, 0, 99.97],
      [
        [92.16, -1.24, 100],
        [86.79, -6.61, 99.94],
        [91.55, -1.85, 99.99],
        [92.98, -0.42, 99.99],
      ],
    ),
    ...rows(
      'C100-WRN',
      [80.69, 0, 99.96],
      [
        [74.67, -6.02, 99.88],
        [73.1, -7.59, 99.94],
        [75.68, -5.01, 99.97],
        [78.76, -1.93, 99.99],
      ],
    ),
  ],
}
