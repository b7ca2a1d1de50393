import type { ExperimentConfig, ExperimentInput } from '../../experiment/config.js'
import { experiment } from '../../experiment/experiment.js'
import { constant } from '../../schedule/curves/constant.js'
import { steps } from '../../schedule/curves/steps.js'
import type { Choice } from './choices.js'
import type { Best, Task } from './task.js'

/**
 * A training of a task. Its name says only the task and whether it is scaled, so that a training which two experiments share has one config.
 *
 * @param changes keys of the experiment instead of those of task and choice
 */
export function training(
  task: Task,
  choice: Choice,
  seed: number,
  changes: Partial<ExperimentInput> = {},
): ExperimentConfig {
  return experiment({
    name: `paper-${task.name}${task.isScaled ? '-scaled' : ''}`,
    ...task.setup,
    optimizer: choice.optimizer,
    regularization: choice.regularization ?? null,
    learningRate: droppingRate(choice),
    epochs: choice.drops.epochs,
    stopping: task.stopping,
    seed,
    ...changes,
  })
}

/** The learning rate that begins at `rate` and drops, if it does. */
export const droppingRate = ({ rate, drops: { at, factor } }: Best) =>
  at.length > 0 ? steps(rate, { at, factor }) : constant(rate)
