import type { LayerSpec } from './layers.js'

/** Shape of one example between two layers, without the batch dimension. */
export type Shape = readonly number[]

/** What keeps a list of layers from being a classifier of its data, and the index of the layer to blame. */
export interface Misfit {
  layer: number
  message: string
}

/**
 * Follows an example of `inputShape` through the layers.
 *
 * @returns the first layer that does not fit, undefined where all do
 */
export function findMisfit(layers: readonly LayerSpec[], inputShape: Shape, classes: number): Misfit | undefined {
  let shape = inputShape
  let origin = 'the data'
  for (const [index, layer] of layers.entries()) {
    if (needsFeatures(layer) && shape.length !== 1) {
      const message = `${layer.name} takes one row of features, [n], but ${origin} gives ${show(shape)}; put a flatten between`
      return { layer: index, message }
    }
    shape = outputShape(layer, shape)
    origin = layer.name
  }
  return findWrongEnd(layers, classes)
}

/** The shape that a layer makes of `input`, which it is known to take. */
export function outputShape(layer: LayerSpec, input: Shape): Shape {
  switch (layer.type) {
    case 'flatten':
      return [input.reduce((product, size) => product * size, 1)]
    case 'dense':
      return [layer.units]
    case 'batchNorm':
    case 'relu':
    case 'dropout':
      return input
  }
}

function needsFeatures(layer: LayerSpec): boolean {
  return layer.type === 'dense' || layer.type === 'batchNorm'
}

function findWrongEnd(layers: readonly LayerSpec[], classes: number): Misfit | undefined {
  const index = layers.length - 1
  const last = layers[index]
  if (last?.type !== 'dense') {
    const found = last ? `${last.name} is of type ${last.type}` : 'there is no layer'
    return {
      layer: Math.max(0, index),
      message: `${found}; expected the last layer to be dense, with one unit a class`,
    }
  }
  if (last.units !== classes) {
    const message = `${last.name} gives ${show([last.units])}, but the data has ${classes} classes; expected ${show([classes])}`
    return { layer: index, message }
  }
  return undefined
}

const show = (shape: Shape): string => `[${shape.join(', ')}]`
