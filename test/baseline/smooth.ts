import type { LayerSpec, ModelConfig } from '../../src/index.js'

/**
 * A network with gelu instead of relu and averages instead of maxima.
 *
 * Two correct programs may decide differently if the input of a relu is within rounding of zero, or two numbers under a
 * max pooling are within rounding of each other. That changes no value, but a share of the gradient, and from then on
 * the weights part. In steps upon steps through some ten thousand such numbers it is bound to happen; here it cannot.
 */
export function smooth(model: ModelConfig): ModelConfig {
  return { ...model, layers: model.layers.map(smoothLayer) }
}

function smoothLayer(layer: LayerSpec): LayerSpec {
  if (layer.type === 'relu' || layer.type === 'leakyRelu')
    return { type: 'gelu', name: layer.name, approximation: 'none' }
  if (layer.type === 'maxPool') return { ...layer, type: 'averagePool' }
  if (layer.type !== 'residual') return layer
  return { ...layer, layers: layer.layers.map(smoothLayer), shortcut: layer.shortcut.map(smoothLayer) }
}
