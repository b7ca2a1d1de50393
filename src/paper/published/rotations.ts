import type { MainTask } from '../task-names.js'
import { readRotation, type PublishedTable, type Range } from './table.js'

/** The runs whose rotations are drawn for every task. */
export const rotationRuns = [
  'Layca 3^-3',
  'Layca 3^-4',
  'Layca 3^-5',
  'SGD best rate',
  'SGD 3^0',
  'SGD+L2',
  'adaptive',
  'adaptive+Layca',
] as const

export type RotationRun = (typeof rotationRuns)[number]

/** Cosine distances to the initial weights at x = 79 of the figures: after the first update of the 79th epoch. */
export interface RotationRow {
  task: MainTask
  run: RotationRun
  /** The first layer; null where its curve cannot be told from the others. */
  first: number | null
  /** The last layer; a range where only a bound is known. */
  last: number | Range
  /** The lowest and the highest of the other layers that could be told apart. */
  others: Range
}

/** [first, last, others] */
type Numbers = readonly [first: number | null, last: number | Range, others: Range]

const rows = (task: MainTask, numbers: Record<RotationRun, Numbers>): RotationRow[] =>
  rotationRuns.map((run) => {
    const [first, last, others] = numbers[run]
    return { task, run, first, last, others }
  })

/**
 * Rotations of first, last and other layers: exploration_curves.png, lr_analysis_curves.png, weightdecay_analysis_curves.png
 * and adaptive_analysis_curves.png. The two low curves among C100-resnet's middle layers are its shortcuts.
 */
export const rotations: PublishedTable<RotationRow> = {
  title: 'Rotation after 78 epochs',
  sources: { first: readRotation, last: readRotation, others: readRotation },
  rows: [
    ...rows('C10-CNN1', {
      'Layca 3^-3': [0.84, 0.69, [0.97, 0.99]],
      'Layca 3^-4': [0.37, 0.2, [0.66, 0.82]],
      'Layca 3^-5': [0.06, 0.1, [0.13, 0.21]],
      'SGD best rate': [0.31, 0.21, [0.06, 0.56]],
      'SGD 3^0': [null, 0.88, [0.19, 0.83]],
      'SGD+L2': [0.76, 0.59, [0.93, 0.99]],
      adaptive: [0.06, 0.35, [0.46, 0.84]],
      'adaptive+Layca': [0.75, 0.72, [0.95, 0.99]],
    }),
    ...rows('C100-resnet', {
      'Layca 3^-3': [0.89, 0.82, [0.75, 0.99]],
      'Layca 3^-4': [0.32, 0.63, [0.13, 0.86]],
      'Layca 3^-5': [null, 0.47, [0.04, 0.46]],
      'SGD best rate': [null, 0.47, [0.17, 0.62]],
      'SGD 3^0': [null, 0.69, [0.45, 0.81]],
      'SGD+L2': [0.86, 0.61, [0.73, 0.98]],
      adaptive: [0.35, 0.54, [0.3, 0.91]],
      'adaptive+Layca': [0.87, 0.82, [0.79, 0.99]],
    }),
    ...rows('tiny-CNN', {
      'Layca 3^-3': [0.76, 0.88, [0.96, 0.98]],
      'Layca 3^-4': [0.44, 0.77, [0.72, 0.97]],
      'Layca 3^-5': [0.08, 0.63, [0.11, 0.8]],
      'SGD best rate': [0.15, 0.26, [0.25, 0.42]],
      'SGD 3^0': [0.41, 0.53, [0.5, 0.69]],
      'SGD+L2': [0.76, 0.84, [0.93, 0.99]],
      adaptive: [0.02, 0.17, [0.08, 0.63]],
      'adaptive+Layca': [0.78, 0.91, [0.95, 0.99]],
    }),
    ...rows('C10-CNN2', {
      'Layca 3^-3': [0.71, 0.78, [0.98, 0.99]],
      'Layca 3^-4': [0.39, 0.24, [0.78, 0.84]],
      'Layca 3^-5': [null, 0.07, [0.16, 0.21]],
      'SGD best rate': [0.19, 0.49, [0.04, 0.52]],
      'SGD 3^0': [0.74, 0.83, [0.39, 0.82]],
      'SGD+L2': [0.67, 0.88, [0.96, 0.98]],
      adaptive: [0.04, 0.46, [0.23, 0.99]],
      'adaptive+Layca': [0.77, [0.97, 1], [0.98, 0.99]],
    }),
    ...rows('C100-WRN', {
      'Layca 3^-3': [0.88, 0.82, [0.95, 0.98]],
      'Layca 3^-4': [null, 0.66, [0.4, 0.98]],
      'Layca 3^-5': [0.11, 0.45, [0.09, 0.71]],
      'SGD best rate': [0.75, 0.53, [0.48, 0.69]],
      'SGD 3^0': [0.97, 0.92, [0.04, 0.96]],
      'SGD+L2': [0.86, 0.87, [0.92, 0.99]],
      adaptive: [0.08, 0.43, [0.45, 0.98]],
      'adaptive+Layca': [0.79, 0.82, [0.92, 0.96]],
    }),
  ],
}
