import type { MainTask } from '../task-names.js'
import { readAccuracy, type PublishedTable } from './table.js'

/** Train accuracies of three runs at the same moment, in percent. */
export interface ReplayRow {
  task: MainTask
  /** The place on the figure's x axis, in epochs. */
  epoch: number
  /** The adaptive method, whose angles are recorded. */
  adaptive: number
  /** SGD under Layca, or SGD_AMom in C100-resnet and C100-WRN, that turns the layers by these angles. */
  replay: number
  /** SGD with L2 regularisation. */
  sgd: number
}

/** The training speed of adaptive methods and of the replay of their angles, from the figure of their training curves. */
export const replays: PublishedTable<ReplayRow> = {
  title: 'Replay of the angles of adaptive methods',
  sources: { adaptive: readAccuracy, replay: readAccuracy, sgd: readAccuracy },
  rows: [
    { task: 'C10-CNN1', epoch: 20, adaptive: 95, replay: 93, sgd: 83 },
    { task: 'C10-CNN1', epoch: 60, adaptive: 99, replay: 98.5, sgd: 86 },
    { task: 'C100-resnet', epoch: 20, adaptive: 73, replay: 70, sgd: 54 },
    { task: 'C100-resnet', epoch: 60, adaptive: 94, replay: 96, sgd: 61 },
    { task: 'tiny-CNN', epoch: 10, adaptive: 77, replay: 69, sgd: 47 },
    { task: 'tiny-CNN', epoch: 20, adaptive: 100, replay: 98, sgd: 49 },
    { task: 'C10-CNN2', epoch: 20, adaptive: 87, replay: 85, sgd: 82 },
    { task: 'C10-CNN2', epoch: 49, adaptive: 96, replay: 94, sgd: 91 },
    { task: 'C100-WRN', epoch: 30, adaptive: 65, replay: 61, sgd: 57 },
    { task: 'C100-WRN', epoch: 100, adaptive: 93, replay: 92, sgd: 83 },
  ],
}
