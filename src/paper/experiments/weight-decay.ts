import { mainTasks, type MainTask } from '../task-names.js'
import { laptopCnn } from '../tasks/laptop.js'
import { comparedTasks } from '../tasks/tasks.js'
import type { PaperExperiment } from './experiment.js'
import { methodPoint } from './methods.js'
import { selected, selectedOnLaptop } from './selection.js'

const methods = ['SGD', 'SGD+L2'] as const

/** SGD with and without L2 regularisation, each with its best settings. */
export const weightDecay: PaperExperiment<MainTask> = {
  name: 'weight-decay',
  title: 'SGD and L2 regularisation',
  shows: 'Does L2 regularisation turn the layers further, and is its gain that of the rotation?',
  tasks: mainTasks,
  axes: ['method'],
  reference: { method: 'SGD' },
  points: (selection) =>
    selected('weight-decay', mainTasks, selection).flatMap(({ task, seed }) =>
      methods.map((method) => methodPoint(comparedTasks[task], method, { seed })),
    ),
  laptop: (selection) =>
    selectedOnLaptop('weight-decay', [laptopCnn], selection).flatMap(({ task, seed }) =>
      methods.map((method) => methodPoint(task, method, { seed })),
    ),
}
