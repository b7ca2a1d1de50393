import { isDeepStrictEqual } from 'node:util'
import { l2AndAdaptive, type ComparedMethod } from '../published/l2-and-adaptive.js'
import type { RotationRun } from '../published/rotations.js'
import { bestChoice } from '../tasks/choices.js'
import type { ComparedTask } from '../tasks/task.js'
import { comparedTasks } from '../tasks/tasks.js'
import { training } from '../tasks/training.js'
import type { IndependentPoint, PointValues, PublishedNumbers } from './point.js'
import { accuraciesIn, comparableAt, rotationOf } from './published-numbers.js'

/**
 * A method with the settings that the authors found best.
 *
 * @param values those of the point besides task and method
 */
export function methodPoint(
  task: ComparedTask,
  method: ComparedMethod,
  values: Omit<PointValues, 'task' | 'method'> & { seed: number },
): IndependentPoint {
  return {
    values: { task: task.name, method, ...values },
    experiment: training(task, bestChoice(task, method), values.seed),
    testWeights: task.testWeights,
    published: comparableAt(task, publishedOf(task, method)),
  }
}

function publishedOf({ name, adaptive }: ComparedTask, method: ComparedMethod): PublishedNumbers {
  const isSgd = method === 'SGD' || method === 'SGD+L2'
  // A laptop also trains other adaptive methods than the paper's in this task.
  if (!isSgd && !isDeepStrictEqual(adaptive.rule, comparedTasks[name].adaptive.rule)) return {}
  const run: RotationRun = method === 'SGD' ? 'SGD best rate' : method
  return {
    ...accuraciesIn(l2AndAdaptive, (row) => row.task === name && row.method === method),
    ...rotationOf(name, run),
  }
}
