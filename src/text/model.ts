import { dataShape } from '../data/data.js'
import type { ExperimentConfig } from '../experiment/config.js'
import { describeModel } from '../model/describe-model.js'
import { typeOfLayer, type LayerSpec, type SimpleLayer } from '../model/layers.js'
import { count } from '../numbers.js'

/** The most layers that are named one by one; a larger model is described by its size. */
const listedLayers = 12

/** Describes the model of an experiment in a line. */
export function modelText({ model, data }: ExperimentConfig): string {
  if (model.layers.length <= listedLayers && model.layers.every(isSimple)) {
    return model.layers.map(layerText).join(' → ')
  }
  const { parameters, monitored } = describeModel(model.layers, dataShape(data).inputShape)
  const kinds = model.type === 'exported' ? 'layers' : 'convolutions and dense layers'
  return `${model.type}, ${monitored.length} ${kinds}, ${count(parameters)} parameters`
}

const isSimple = (layer: LayerSpec): layer is SimpleLayer => layer.type !== 'residual' && layer.type !== 'exported'

function layerText(layer: SimpleLayer): string {
  const caption = typeOfLayer(layer).caption?.(layer)
  return caption === undefined ? layer.name : `${layer.name} (${caption})`
}
