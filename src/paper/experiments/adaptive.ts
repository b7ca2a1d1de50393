import { mainTasks, type MainTask } from '../task-names.js'
import { comparedTasks } from '../tasks/tasks.js'
import type { PaperExperiment } from './experiment.js'
import { methodPoint } from './methods.js'
import { selected } from './selection.js'

/** An adaptive method, another one in each task, with its best settings, and the same method under Layca without L2. */
export const adaptive: PaperExperiment<MainTask> = {
  name: 'adaptive',
  title: 'Adaptive methods, and the same under Layca',
  shows: 'Do adaptive methods generalise worse because they turn the layers less, and does Layca close the gap?',
  tasks: mainTasks,
  axes: ['method'],
  points: (selection) =>
    selected('adaptive', mainTasks, selection).flatMap(({ task, seed }) =>
      (['adaptive', 'adaptive+Layca'] as const).map((method) => methodPoint(comparedTasks[task], method, seed)),
    ),
}
