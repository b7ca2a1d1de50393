import type { LayerSpec } from './layers.js'
import type { Shape } from '../shape.js'

/** A parameter, which training may change, or a buffer, which evaluation needs besides. */
export interface TensorShape {
  /** Within its layer, as in `state_dict`: `weight`, `bias`, `running_mean`, `running_var`. */
  name: string
  kind: 'parameter' | 'buffer'
  shape: Shape
}

/** Parameters and buffers of one layer that takes `input`, in the order of PyTorch's `state_dict`. */
export function layerTensors(layer: LayerSpec, input: Shape): TensorShape[] {
  switch (layer.type) {
    case 'conv': {
      const weight = parameter('weight', [layer.filters, input[0]! / layer.groups, ...layer.kernel])
      return layer.bias ? [weight, parameter('bias', [layer.filters])] : [weight]
    }
    case 'dense': {
      const weight = parameter('weight', [layer.units, input[0]!])
      return layer.bias ? [weight, parameter('bias', [layer.units])] : [weight]
    }
    case 'batchNorm': {
      const channels = [input[0]!]
      return [...affine(layer, channels), buffer('running_mean', channels), buffer('running_var', channels)]
    }
    case 'layerNorm':
      return affine(layer, input)
    case 'groupNorm':
      return affine(layer, [input[0]!])
    case 'relu':
    case 'leakyRelu':
    case 'gelu':
    case 'maxPool':
    case 'averagePool':
    case 'globalAveragePool':
    case 'dropout':
    case 'flatten':
    case 'residual':
      return []
  }
}

function affine({ scale, shift }: { scale: boolean; shift: boolean }, shape: Shape): TensorShape[] {
  return [...(scale ? [parameter('weight', shape)] : []), ...(shift ? [parameter('bias', shape)] : [])]
}

const parameter = (name: string, shape: Shape): TensorShape => ({ name, kind: 'parameter', shape })
const buffer = (name: string, shape: Shape): TensorShape => ({ name, kind: 'buffer', shape })
