import { z } from 'zod'
import { validate } from '../validation/validate.js'
import { layerFactors, type MultipliersConfig } from './multipliers/multipliers.js'
import { knownSchedule, scheduleOfOne, type LearningRateConfig } from './schedule.js'

/** The part of an experiment that decides its learning rates. */
export interface RateSettings {
  /** The learning rate of all layers, or of each. */
  learningRate: LearningRateConfig
  /** The multipliers of the layers; null for 1. */
  multipliers: MultipliersConfig | null
  /** The epochs of the run. */
  epochs: number
}

/**
 * The learning rates of one epoch, in the layout that the addon takes: for each layer its schedule times its multiplier.
 *
 * @throws {LayerRotationError} INVALID_CONFIG if they are not known before the run
 * @param layers names of the monitored layers in forward order
 * @param epoch 0-based
 * @returns [stepsPerEpoch][layers], row-major
 */
export function rateTable(
  settings: RateSettings,
  layers: readonly string[],
  epoch: number,
  stepsPerEpoch: number,
): Float64Array {
  const { epochs } = validate(argumentsSchema, { ...settings, layers, epoch, stepsPerEpoch }, 'rateTable')
  const { learningRate, multipliers } = settings
  return epochRates({ learningRate: knownSchedule(learningRate), multipliers, epochs }, layers, epoch, stepsPerEpoch)
}

const argumentsSchema = z.object({
  epochs: z.int().min(1),
  layers: z.array(z.string()),
  epoch: z.int().min(0),
  stepsPerEpoch: z.int().min(1),
})

/** Does the same for the settings of an experiment. */
export function epochRates(
  { learningRate, multipliers, epochs }: RateSettings,
  layers: readonly string[],
  epoch: number,
  stepsPerEpoch: number,
): Float64Array {
  const factors = layerFactors(multipliers, layers)
  const schedules = layers.map((layer) => scheduleOfOne(learningRate, layer, { epochs, stepsPerEpoch }))
  const table = new Float64Array(stepsPerEpoch * layers.length)
  for (let step = 0; step < stepsPerEpoch; step++) {
    for (const [index, rate] of schedules.entries()) {
      table[step * layers.length + index] = rate(epoch + step / stepsPerEpoch) * factors[index]!
    }
  }
  return table
}
