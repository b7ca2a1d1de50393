import type { MainTask } from '../task-names.js'
import { c10Cnn1 } from './c10-cnn1.js'
import { c10Cnn2 } from './c10-cnn2.js'
import { c100Resnet } from './c100-resnet.js'
import { c100Wrn } from './c100-wrn.js'
import type { ComparedTask } from './task.js'
import { tinyCnn } from './tiny-cnn.js'

/** The tasks of the main experiments, in the paper's order. */
export const comparedTasks: Readonly<Record<MainTask, ComparedTask>> = {
  'C10-CNN1': c10Cnn1,
  'C100-resnet': c100Resnet,
  'tiny-CNN': tinyCnn,
  'C10-CNN2': c10Cnn2,
  'C100-WRN': c100Wrn,
}
