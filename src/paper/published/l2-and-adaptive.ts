import type { MainTask } from '../task-names.js'
import { derivedAccuracy, roundedAccuracy, writtenDifference, type PublishedTable } from './table.js'

/** The methods whose best runs are compared: 'adaptive' is another one in each task, with L2 in C10-CNN2 and C100-WRN. */
export const comparedMethods = ['SGD', 'SGD+L2', 'adaptive', 'adaptive+Layca'] as const

export type ComparedMethod = (typeof comparedMethods)[number]

/** A training with the settings that the authors found best, or took from the network's own publication. */
export interface L2OrAdaptive {
  task: MainTask
  method: ComparedMethod
  /** Test accuracy in percent. */
  testAccuracy: number
  /** Test accuracy less that of the task's Layca reference, in points. */
  difference: number
  /** Accuracy of the last epoch in training mode, in percent. */
  trainAccuracy: number
}

/** [test accuracy, difference, train accuracy] */
type Numbers = readonly [number, number, number]

const rows = (task: MainTask, numbers: Record<ComparedMethod, Numbers>): L2OrAdaptive[] =>
  comparedMethods.map((method) => {
    const [testAccuracy, difference, trainAccuracy] = numbers[method]
    return { task, method, testAccuracy, difference, trainAccuracy }
  })

/**
 * SGD, its L2 regularisation, adaptive methods and their Layca versions: the texts of weightdecay_analysis_curves.png and
 * adaptive_analysis_curves.png, and the notebooks' train accuracies.
 */
export const l2AndAdaptive: PublishedTable<L2OrAdaptive> = {
  title: 'L2 regularisation and adaptive methods',
  sources: { testAccuracy: derivedAccuracy, difference: writtenDifference, trainAccuracy: roundedAccuracy },
  rows: [
    ...rows('C10-CNN1', {
      SGD: [79.68, -8.77, 100],
      'SGD+L2': [88.15, -0.3, 100],
      adaptive: [84.87, -3.58, 100],
      'adaptive+Layca': [88.25, -0.2, 100],
    }),
    ...rows('C100-resnet', {
      SGD: [45.53, -14.28, 100],
      'SGD+L2': [60.11, 0.3, 100],
      adaptive: [47.82, -11.99, 100],
      'adaptive+Layca': [58.16, -1.65, 99.7],
    }),
    ...rows('tiny-CNN', {
      SGD: [42.26, -8.63, 100],
      'SGD+L2': [50.04, -0.85, 100],
      adaptive: [37.72, -13.17, 100],
      'adaptive+Layca': [50.55, -0.34, 99.2],
    }),
    ...rows('C10-CNN2', {
      SGD: [91.7, -1.7, 100],
      'SGD+L2': [93.28, -0.12, 100],
      adaptive: [91.85, -1.55, 100],
      'adaptive+Layca': [93.47, 0.07, 100],
    }),
    ...rows('C100-WRN', {
      SGD: [76.74, -3.95, 100],
      'SGD+L2': [80.45, -0.24, 100],
      adaptive: [79.36, -1.33, 99.9],
      'adaptive+Layca': [79.64, -1.05, 100],
    }),
  ],
}
