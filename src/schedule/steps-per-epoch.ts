import { LayerRotationError } from '../errors.js'
import { schedulesIn } from './nested.js'
import type { LearningRateConfig } from './schedule.js'

/**
 * A table with a rate for each step is one of a run with as many steps an epoch.
 *
 * @param stepsPerEpoch the run's
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function requireStepsPerEpoch(learningRate: LearningRateConfig, stepsPerEpoch: number): void {
  for (const { path, schedule } of schedulesIn(learningRate)) {
    if (schedule.type !== 'tabulated' || [null, stepsPerEpoch].includes(schedule.stepsPerEpoch)) continue
    const place = [...path, 'stepsPerEpoch'].join('.')
    const message = `${place} is ${schedule.stepsPerEpoch}; expected ${stepsPerEpoch}, the steps of the run's epochs, or null`
    throw new LayerRotationError('INVALID_CONFIG', message)
  }
}
