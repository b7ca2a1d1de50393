import { LayerRotationError } from '../errors.js'
import { schedulesIn } from './nested.js'
import { isSchedule, scheduleType, type LearningRateConfig } from './schedule.js'

/** The steps per epoch that a learning rate requires, with the path to where it does; undefined if any will do. */
export function requiredStepsPerEpoch(learningRate: LearningRateConfig): { path: string[]; steps: number } | undefined {
  return [...placedRequirements(learningRate)][0]
}

/**
 * Checks that a table with a rate for each step has as many steps an epoch as the run.
 *
 * @param stepsPerEpoch those of the run
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function requireStepsPerEpoch(learningRate: LearningRateConfig, stepsPerEpoch: number): void {
  for (const { path, steps } of placedRequirements(learningRate)) {
    if (steps === stepsPerEpoch) continue
    const message = `${path.join('.')} is ${steps}; expected ${stepsPerEpoch}, the steps of the run's epochs, or null`
    throw new LayerRotationError('INVALID_CONFIG', message)
  }
}

function* placedRequirements(learningRate: LearningRateConfig): Generator<{ path: string[]; steps: number }> {
  for (const { path, schedule } of schedulesIn(learningRate)) {
    if (!isSchedule(schedule)) continue
    const steps = scheduleType(schedule).stepsPerEpoch?.(schedule) ?? null
    if (steps !== null) yield { path: [...path, 'stepsPerEpoch'], steps }
  }
}
