import { controlType, isControl } from '../optimizer/optimizer.js'
import { parameterSettings, type TrainedModel } from './parameter-settings.js'

/**
 * Returns the names of the weights that train at the norm with which they begin, under a control such as layca. Those that
 * begin at 0 stay 0.
 */
export function keptWeights(config: TrainedModel): Set<string> {
  const { optimizer } = config
  if (!isControl(optimizer) || !controlType(optimizer).keepsNorm) return new Set()
  const kept = parameterSettings(config).filter(({ trained, controlled }) => trained && controlled)
  return new Set(kept.map(({ name }) => name))
}
