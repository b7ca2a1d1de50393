import type { MainTask } from '../task-names.js'
import { readAccuracy, readRotation, type PublishedTable, type Range } from './table.js'

/** One epoch of SGD at a learning rate of 1, recorded after every batch. */
export interface GoingFurtherRow {
  task: MainTask
  /** The cosine distance of the first layer at the end; null where its curve cannot be told from the others. */
  first: number | null
  /** The cosine distance of the last layer at the end. */
  last: number
  /** The lowest and the highest cosine distance of the other layers at the end. */
  others: Range
  /** The batch after which the layers turn no more, approximately; null if they go on to the end. */
  standsStillAfter: number | null
  /** Accuracy of the last batches in percent. */
  batchAccuracy: number
}

/** Rotation within the first epoch at a high learning rate: lr_further_analysis.png. */
export const goingFurther: PublishedTable<GoingFurtherRow> = {
  title: 'The first epoch at a high learning rate',
  sources: { first: readRotation, last: readRotation, others: readRotation, batchAccuracy: readAccuracy },
  rows: [
    { task: 'C10-CNN1', first: 0.69, last: 0.52, others: [0.05, 0.83], standsStillAfter: null, batchAccuracy: 22 },
    { task: 'C100-resnet', first: null, last: 0.39, others: [0.03, 0.78], standsStillAfter: 142, batchAccuracy: 1 },
    { task: 'tiny-CNN', first: 0.25, last: 0.21, others: [0.06, 0.32], standsStillAfter: null, batchAccuracy: 10 },
    { task: 'C10-CNN2', first: 0.29, last: 0.47, others: [0.08, 0.46], standsStillAfter: null, batchAccuracy: 25 },
    { task: 'C100-WRN', first: 0.83, last: 0.81, others: [0.05, 0.92], standsStillAfter: null, batchAccuracy: 1 },
  ],
}
