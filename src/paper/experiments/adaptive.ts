import { mainTasks, type MainTask } from '../task-names.js'
import { laptopCnn } from '../tasks/laptop.js'
import type { ComparedTask } from '../tasks/task.js'
import { comparedTasks } from '../tasks/tasks.js'
import type { PaperExperiment } from './experiment.js'
import { methodPoint } from './methods.js'
import type { PaperPoint } from './point.js'
import { selected, selectedOnLaptop } from './selection.js'

/**
 * An adaptive method, another one in each task, with its best settings, and the same method under Layca without L2. On a
 * laptop one task trains three of them, at the rates that are best in the paper's tasks without augmentation.
 */
export const adaptive: PaperExperiment<MainTask> = {
  name: 'adaptive',
  title: 'Adaptive methods, and the same under Layca',
  shows: 'Do adaptive methods generalise worse because they turn the layers less, and does Layca close the gap?',
  tasks: mainTasks,
  axes: ['rule', 'method'],
  reference: { method: 'adaptive' },
  points: (selection) =>
    selected('adaptive', mainTasks, selection).flatMap(({ task, seed }) => points(comparedTasks[task], seed)),
  laptop: (selection) =>
    selectedOnLaptop('adaptive', [laptopCnn], selection).flatMap(({ task, seed }) =>
      rulesOnLaptop.flatMap(({ rule, rate }) => points({ ...task, adaptive: { ...task.adaptive, rule, rate } }, seed)),
    ),
}

const rulesOnLaptop = (['C10-CNN1', 'C100-resnet', 'tiny-CNN'] as const).map((task) => comparedTasks[task].adaptive)

const points = (task: ComparedTask, seed: number): PaperPoint[] =>
  (['adaptive', 'adaptive+Layca'] as const).map((method) =>
    methodPoint(task, method, { rule: task.adaptive.rule.type, seed }),
  )
