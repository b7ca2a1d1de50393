import type { MainTask } from '../task-names.js'
import { derivedAccuracy, roundedAccuracy, writtenDifference, type PublishedTable } from './table.js'

/** A training with SGD without weight decay. */
export interface SgdRate {
  task: MainTask
  /** The learning rate of the first epoch. */
  rate: number
  /** Whether the paper finds this rate the best one of the task. */
  isBest: boolean
  /** Test accuracy in percent; null where the figure says only that the training failed. */
  testAccuracy: number | null
  /** Test accuracy less that of the task's Layca reference, in points; null where the training failed. */
  difference: number | null
  /** Accuracy of the last epoch in training mode, in percent; null where the training failed. */
  trainAccuracy: number | null
}

/** The learning rates of all tasks. */
export const sgdRates = [-4, -3, -2, -1, 0].map((exponent) => 3 ** exponent)

/** [test accuracy, difference, train accuracy] */
type Numbers = readonly [number, number, number]

const rows = (task: MainTask, best: number, numbers: readonly Numbers[]): SgdRate[] =>
  numbers.map(([testAccuracy, difference, trainAccuracy], i) => {
    const rate = sgdRates[i]!
    return { task, rate, isBest: rate === best, testAccuracy, difference, trainAccuracy }
  })

/**
 * SGD at several learning rates: the texts of lr_analysis_curves.png and lr_analysis_curves_C100-resnet.png, and the notebook's
 * train accuracies. At a rate of 3 C100-resnet's "Training fails": all curves are flat from the first epoch.
 */
export const sgdByRate: PublishedTable<SgdRate> = {
  title: 'SGD at several learning rates',
  sources: { testAccuracy: derivedAccuracy, difference: writtenDifference, trainAccuracy: roundedAccuracy },
  rows: [
    ...rows('C10-CNN1', 3 ** -1, [
      [68.53, -19.92, 100],
      [73.72, -14.73, 100],
      [78.72, -9.73, 100],
      [79.68, -8.77, 100],
      [79.39, -9.06, 100],
    ]),
    ...rows('C100-resnet', 3 ** -1, [
      [34.68, -25.13, 87.8],
      [37.86, -21.95, 100],
      [41.27, -18.54, 100],
      [45.53, -14.28, 100],
      [41.81, -18, 99.7],
    ]),
    { task: 'C100-resnet', rate: 3, isBest: false, testAccuracy: null, difference: null, trainAccuracy: null },
    ...rows('tiny-CNN', 3 ** -1, [
      [29.41, -21.48, 100],
      [35.39, -15.5, 100],
      [40.16, -10.73, 100],
      [42.26, -8.63, 100],
      [35.67, -15.22, 100],
    ]),
    ...rows('C10-CNN2', 3 ** -1, [
      [86.84, -6.56, 99.8],
      [89.68, -3.72, 99.9],
      [91.14, -2.26, 100],
      [91.7, -1.7, 100],
      [76.45, -16.95, 83.7],
    ]),
    ...rows('C100-WRN', 3 ** -2, [
      [74.68, -6.01, 100],
      [75.8, -4.89, 100],
      [76.74, -3.95, 100],
      [75.72, -4.97, 100],
      [50.88, -29.81, 57.4],
    ]),
  ],
}
