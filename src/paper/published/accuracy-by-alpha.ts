import type { GridTask } from '../task-names.js'
import { drawnAccuracy, type PublishedTable } from './table.js'

/** A training with Layca at ρ(0) = 3^-3. */
export interface AccuracyByAlpha {
  task: GridTask
  /** The strength of the layers' multipliers. */
  alpha: number
  /** Test accuracy in percent; null for a point that the authors dropped because its final train accuracy is at most 90 %. */
  testAccuracy: number | null
}

/** The strengths of the multipliers that the authors tried. */
export const alphas = [-0.8, -0.6, -0.4, -0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8] as const

const row = (task: GridTask, ...accuracies: readonly (number | null)[]): AccuracyByAlpha[] =>
  alphas.map((alpha, i) => ({ task, alpha, testAccuracy: accuracies[i] ?? null }))

/**
 * Test accuracy over alpha: exploration_accuracies.eps. The dropped C100-resnet at -0.6 is in `laycaConfigurations`, with
 * 44.26 %.
 */
export const accuracyByAlpha: PublishedTable<AccuracyByAlpha> = {
  title: 'Test accuracy over alpha',
  sources: { testAccuracy: drawnAccuracy },
  // prettier-ignore
  rows: [
    ...row('C10-CNN1', 78.95, 83.11, 83.87, 84.05, 85.01, 86.36, 88.45, 88.87, 88.1, 86.44, 83.73, 68.67, 50.1),
    ...row('C100-resnet', null, null, 44.52, 46.89, 49.78, 52.42, 59.81, 57.37, 53.47, 48.26, 40.14, 29.63, 20.79),
    ...row('tiny-CNN', null, 40.41, 42.03, 41.24, 40.59, 44.13, 50.89, 49.75, 46.47, 40.68, 37.19, 28.21, 20.08),
  ],
}
