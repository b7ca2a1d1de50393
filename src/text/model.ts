import { dataShape } from '../data/data.js'
import type { ExperimentConfig } from '../experiment/config.js'
import { describeModel } from '../model/describe-model.js'
import { typeOfLayer, type LayerSpec } from '../model/layers.js'
import { count } from '../numbers.js'

/** The most layers that are named one by one; a larger model is described by its size. */
const listedLayers = 12

/** Describes the model of an experiment in a line. */
export function modelText({ model, data }: ExperimentConfig): string {
  if (model.layers.length <= listedLayers && model.layers.every(({ type }) => type !== 'residual')) {
    return model.layers.map(layerText).join(' → ')
  }
  const { parameters, monitored } = describeModel(model.layers, dataShape(data).inputShape)
  return `${model.type}, ${monitored.length} convolutions and dense layers, ${count(parameters)} parameters`
}

function layerText(layer: LayerSpec): string {
  const caption = layer.type === 'residual' ? undefined : typeOfLayer(layer).caption?.(layer)
  return caption === undefined ? layer.name : `${layer.name} (${caption})`
}
