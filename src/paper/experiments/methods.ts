import { l2AndAdaptive, type ComparedMethod } from '../published/l2-and-adaptive.js'
import type { RotationRun } from '../published/rotations.js'
import { bestChoice } from '../tasks/choices.js'
import type { ComparedTask } from '../tasks/task.js'
import { training } from '../tasks/training.js'
import type { IndependentPoint, PublishedNumbers } from './point.js'
import { accuraciesIn, rotationOf } from './published-numbers.js'

/** A method with the settings that the authors found best. */
export function methodPoint(task: ComparedTask, method: ComparedMethod, seed: number): IndependentPoint {
  return {
    values: { task: task.name, method, seed },
    experiment: training(task, bestChoice(task, method), seed),
    testWeights: task.testWeights,
    published: publishedOf(task, method),
  }
}

function publishedOf({ name }: ComparedTask, method: ComparedMethod): PublishedNumbers {
  const run: RotationRun = method === 'SGD' ? 'SGD best rate' : method
  return {
    ...accuraciesIn(l2AndAdaptive, (row) => row.task === name && row.method === method),
    ...rotationOf(name, run),
  }
}
