import { elements, type Shape } from '../shape.js'
import type { SimpleLayer } from './layers.js'
import type { Pair } from './layers/window.js'

/** As in the messages: `[3, 32, 32]` */
export const showShape = (shape: Shape): string => `[${shape.join(', ')}]`

/** That a layer cannot take an input; the words of "<layer> <takes …>, but <another> gives <shape>; <advice>". */
export class Refusal extends Error {
  constructor(
    readonly takes: string,
    readonly advice?: string,
  ) {
    super(takes)
  }
}

/**
 * The shape that a layer makes of `input`.
 *
 * @throws {Refusal} where it cannot take it
 */
export function outputShape(layer: SimpleLayer, input: Shape): Shape {
  switch (layer.type) {
    case 'conv': {
      const [channels, ...size] = image(input)
      divides(layer.groups, channels)
      return [layer.filters, ...windows(size, layer.kernel, layer)]
    }
    case 'maxPool':
    case 'averagePool': {
      const [channels, ...size] = image(input)
      return [channels, ...windows(size, layer.size, layer)]
    }
    case 'globalAveragePool':
      return [image(input)[0]]
    case 'flatten':
      return [elements(input)]
    case 'dense':
      if (input.length !== 1) throw new Refusal('takes one row of features, [n]', 'put a flatten between')
      return [layer.units]
    case 'groupNorm':
      divides(layer.groups, input[0]!)
      return input
    case 'batchNorm':
    case 'layerNorm':
    case 'relu':
    case 'leakyRelu':
    case 'gelu':
    case 'dropout':
      return input
  }
}

function image(input: Shape): readonly [channels: number, height: number, width: number] {
  const [channels, height, width, ...more] = input
  if (channels === undefined || height === undefined || width === undefined || more.length > 0) {
    throw new Refusal('takes an image, [channels, height, width]')
  }
  return [channels, height, width]
}

function divides(groups: number, channels: number): void {
  if (channels % groups === 0) return
  throw new Refusal(
    `divides the channels into ${groups} groups`,
    `expected a number of groups that divides ${channels}`,
  )
}

interface Windows {
  stride: Pair
  padding: 'valid' | 'same' | Pair
}

/** How many windows of `kernel` pixels fit, in height and in width. */
function windows(size: Pair, kernel: Pair, { stride, padding }: Windows): number[] {
  if (padding === 'same') return size.map((pixels, i) => Math.ceil(pixels / stride[i]!))
  const padded = size.map((pixels, i) => pixels + 2 * (padding === 'valid' ? 0 : padding[i]!))
  if (padded.some((pixels, i) => pixels < kernel[i]!)) {
    const least = kernel.map((pixels, i) => pixels - (padded[i]! - size[i]!))
    throw new Refusal(
      `takes images of at least ${least[0]} × ${least[1]} pixels`,
      'expected a smaller window or more padding',
    )
  }
  return padded.map((pixels, i) => Math.floor((pixels - kernel[i]!) / stride[i]!) + 1)
}
