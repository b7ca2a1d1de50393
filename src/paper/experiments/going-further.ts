import { constant } from '../../schedule/curves/constant.js'
import { goingFurther as table } from '../published/going-further.js'
import { mainTasks, type MainTask } from '../task-names.js'
import { sweptSgd } from '../tasks/choices.js'
import type { ComparedTask } from '../tasks/task.js'
import { comparedTasks } from '../tasks/tasks.js'
import { training } from '../tasks/training.js'
import type { PaperExperiment } from './experiment.js'
import type { IndependentPoint, PublishedNumbers } from './point.js'
import { selected } from './selection.js'

/**
 * The first epoch of SGD at a learning rate of 1, recorded after every step. The authors also recorded the accuracy of every
 * batch, which a run here does not.
 */
export const goingFurther: PaperExperiment<MainTask> = {
  name: 'going-further',
  title: 'The first epoch at a high learning rate',
  shows: 'How do layers turn when the learning rate is so high that the training fails or nearly does?',
  tasks: mainTasks,
  axes: [],
  points: (selection) =>
    selected('going-further', mainTasks, selection).map(({ task, seed }) => point(comparedTasks[task], seed)),
}

function point(task: ComparedTask, seed: number): IndependentPoint {
  return {
    values: { task: task.name, seed },
    experiment: training(task, sweptSgd(task, 1), seed, {
      learningRate: constant(1),
      epochs: 1,
      stopping: null,
      record: { steps: 1 },
    }),
    testWeights: 'last',
    published: publishedOf(task),
  }
}

function publishedOf({ name }: ComparedTask): PublishedNumbers {
  const row = table.rows.find(({ task }) => task === name)
  const source = table.sources.others
  if (row === undefined || source === undefined) return {}
  const { first, last, others } = row
  return { rotation: { first, last, others, after: { epochs: 1, updates: 0 }, source } }
}
