import type { ExperimentConfig } from '../../experiment/config.js'
import { drivenRates } from './driven-rates.js'
import { plateauRates } from './plateau-rates.js'
import type { RateSource } from './rate-source.js'
import { replayedRates } from './replayed-rates.js'
import { scheduledRates } from './scheduled-rates.js'

/**
 * Returns the source of the learning rates that an experiment prescribes.
 *
 * @param layers names in forward order
 * @throws {LayerRotationError} INVALID_CONFIG, MISSING_FILE, INVALID_FILE
 */
export async function ratesOf(
  config: ExperimentConfig,
  layers: readonly string[],
  stepsPerEpoch: number,
): Promise<RateSource> {
  const { learningRate, epochs } = config
  if (learningRate.type === 'replay') return replayedRates(learningRate, layers, epochs, stepsPerEpoch)
  if (learningRate.type === 'rotateTo') return drivenRates(learningRate, layers, epochs, stepsPerEpoch)
  if (learningRate.type === 'plateau') return plateauRates(learningRate, config, layers, stepsPerEpoch)
  return scheduledRates(learningRate, config, layers, stepsPerEpoch)
}
