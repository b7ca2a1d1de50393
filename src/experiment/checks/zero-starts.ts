import { stuckAtZero } from '../../groups/stuck-at-zero.js'
import { flattenLayers } from '../../model/layers.js'
import type { Contradiction } from './contradiction.js'
import type { ExperimentConfig } from '../config.js'

/** Finds layers that begin at 0 under a control that leaves them there. */
export function* zeroStarts(config: ExperimentConfig): Generator<Contradiction> {
  if (config.initialWeights !== null) return
  const stuck = stuckAtZero(config)
  if (stuck === undefined) return
  for (const layer of flattenLayers(config.model.layers)) {
    if (!('init' in layer) || layer.init.type !== 'zeros' || !stuck.names.has(`${layer.name}.weight`)) continue
    const message = `zeros would stay zeros: ${stuck.reason}; expected another init, or a group with controlled: false for this layer`
    yield { path: ['model', 'layers', layer.name, 'init'], message }
  }
}
