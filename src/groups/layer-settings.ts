import type { ExperimentConfig } from '../experiment/config.js'
import type { ParameterSettings } from '../native/contract.js'
import { parameterSettings } from './parameter-settings.js'

/** How the weight of each layer is trained. @param layers names in forward order */
export function layerSettings(config: ExperimentConfig, layers: readonly string[]): ParameterSettings[] {
  const settings = new Map(parameterSettings(config).map((parameter) => [parameter.name, parameter]))
  return layers.flatMap((layer) => settings.get(`${layer}.weight`) ?? [])
}

/**
 * The learning rates of an epoch as they act, and as they are recorded: with each layer's own factor.
 *
 * @param rates [steps][layers], row-major: as the addon takes them
 * @param settings of the layers
 */
export function actingRates(rates: Float64Array, settings: readonly ParameterSettings[]): Float64Array {
  return rates.map((rate, i) => rate * settings[i % settings.length]!.rateFactor)
}
