import type { GridTask } from '../task-names.js'
import { drawnAccuracy, type PublishedTable } from './table.js'

/** A training with Layca without multipliers. */
export interface AccuracyByRate {
  task: GridTask
  /** The learning rate of the first epoch, ρ(0). */
  rho: number
  /** Test accuracy in percent, also where the training failed. */
  testAccuracy: number
}

/** The learning rates of the figure. */
export const initialRates = [-7, -6, -5, -4, -3, -2, -1, 0].map((exponent) => 3 ** exponent)

const row = (task: GridTask, ...accuracies: readonly number[]): AccuracyByRate[] =>
  accuracies.map((testAccuracy, i) => ({ task, rho: initialRates[i]!, testAccuracy }))

/** Test accuracy over ρ(0): exploration_accuracies.eps, which drops no point here. */
export const accuracyByRate: PublishedTable<AccuracyByRate> = {
  title: 'Test accuracy over ρ(0)',
  sources: { testAccuracy: drawnAccuracy },
  rows: [
    ...row('C10-CNN1', 57.11, 68.61, 81.01, 86.04, 88.45, 81.91, 10.1, 10),
    ...row('C100-resnet', 30.83, 32.95, 35.39, 46.78, 59.81, 1, 1, 1),
    ...row('tiny-CNN', 30.28, 31.5, 35.68, 40.19, 50.89, 6.51, 0.62, 0.56),
  ],
}
