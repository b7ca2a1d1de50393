import { keptWeights } from '../../groups/kept-weights.js'
import { flattenLayers } from '../../model/layers.js'
import type { Contradiction } from './contradiction.js'
import type { ExperimentConfig } from '../config.js'

/** Finds layers that begin at 0 under a control that keeps the norm of weights: they would never change. */
export function* zeroStarts(config: ExperimentConfig): Generator<Contradiction> {
  if (config.initialWeights !== null) return
  const kept = keptWeights(config)
  for (const layer of flattenLayers(config.model.layers)) {
    if (!('init' in layer) || layer.init.type !== 'zeros' || !kept.has(`${layer.name}.weight`)) continue
    const message = `zeros would stay zeros: ${config.optimizer.type} keeps the norm that a weight begins with; expected another init, or a group with controlled: false for this layer`
    yield { path: ['model', 'layers', layer.name, 'init'], message }
  }
}
