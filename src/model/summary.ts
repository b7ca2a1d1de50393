import type { LayerSpec } from './layers.js'
import type { Pair } from './layers/window.js'

/** A layer's type and what of its settings decides the shape, in a few characters: `conv 3×3 /2`, `dropout 0.3`. */
export function summary(layer: LayerSpec): string {
  switch (layer.type) {
    case 'conv': {
      const groups = layer.groups === 1 ? '' : `, ${layer.groups} groups`
      return `conv ${cross(layer.kernel)}${strided(layer.stride, [1, 1])}${groups}`
    }
    case 'maxPool':
    case 'averagePool':
      return `${layer.type} ${cross(layer.size)}${strided(layer.stride, layer.size)}`
    case 'groupNorm':
      return `groupNorm ${layer.groups}`
    case 'dropout':
      return `dropout ${layer.rate}`
    default:
      return layer.type
  }
}

const cross = ([height, width]: Pair) => `${height}×${width}`

/** Left out where it is the usual one. */
function strided(stride: Pair, usual: Pair): string {
  if (cross(stride) === cross(usual)) return ''
  return stride[0] === stride[1] ? ` /${stride[0]}` : ` /${cross(stride)}`
}
