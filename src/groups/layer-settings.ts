import type { ParameterSettings } from '../native/contract.js'
import { parameterSettings, type TrainedModel } from './parameter-settings.js'

/**
 * Returns the settings with which the weight of each layer is trained.
 *
 * @param layers their names in forward order: that of the weight without `.weight`, or the whole name where it ends otherwise
 */
export function layerSettings(config: TrainedModel, layers: readonly string[]): ParameterSettings[] {
  const settings = new Map(parameterSettings(config).map((parameter) => [parameter.name, parameter]))
  return layers.flatMap((layer) => settings.get(`${layer}.weight`) ?? settings.get(layer) ?? [])
}

/**
 * The learning rates of an epoch with each layer's own factor, as they act on the weights and as they are recorded: 0 for a
 * frozen layer.
 *
 * @param rates [steps][layers], row-major: as the addon takes them
 * @param settings those of the layers' weights
 */
export function actingRates(rates: Float64Array, settings: readonly ParameterSettings[]): Float64Array {
  const factors = settings.map(({ trained, rateFactor }) => (trained ? rateFactor : 0))
  return rates.map((rate, i) => rate * factors[i % factors.length]!)
}
