import { z } from 'zod'
import { constructorOf, type Constructor } from '../../validation/constructor.js'
import { strictObject } from '../../validation/strict-object.js'
import { biasInitializerSchema, initializerSchema } from '../initializer.js'
import { layerType } from '../layer-type.js'
import { parameter } from '../tensors.js'
import { layerKeys, type NameOption } from './keys.js'
import { requireDivisible, requireImage } from './refusal.js'
import { countWindows, paddingSchema, pair, windowSummary } from './window.js'

const convSchema = strictObject({
  ...layerKeys('conv'),
  /** The number of filters, at least 1: the channels of the output. */
  filters: z.int().min(1),
  /** The size of the window in pixels, [height, width] or one number for both, at least 1. */
  kernel: pair(1),
  /**
   * The distance between neighbouring windows in pixels, [height, width] or one number for both, at least 1.
   *
   * @default [1,1]
   */
  stride: pair(1).default([1, 1]),
  /**
   * The zeros around the image: 'valid', none; 'same', TensorFlow's, as many as make the output ⌈input / stride⌉, the odd
   * one at the bottom and right; or numbers of pixels, [height, width] or one for both, on each of the two sides. PyTorch's
   * padding is a number.
   *
   * @default "valid"
   */
  padding: paddingSchema.default('valid'),
  /**
   * The number of groups of filters, at least 1. Each group sees its own channels / groups channels; the numbers of
   * channels and of filters are multiples of it.
   *
   * @default 1
   */
  groups: z.int().min(1).default(1),
  /**
   * true: a number for each filter is added to its output.
   *
   * @default true
   */
  bias: z.boolean().default(true),
  /**
   * The distribution of the initial weight. Keras's default; PyTorch's is `{ type: 'pytorchDefault' }`.
   *
   * @default {"type":"glorotUniform"}
   */
  init: initializerSchema.default({ type: 'glorotUniform' }),
  /**
   * The distribution of the initial bias, any but orthogonal. Keras's default; PyTorch's is `{ type: 'pytorchDefault' }`.
   *
   * @default {"type":"zeros"}
   */
  biasInit: biasInitializerSchema.default({ type: 'zeros' }),
}).refine((layer) => layer.filters % layer.groups === 0, {
  path: ['groups'],
  error: ({ input }) => {
    const { filters, groups } = input as { filters: number; groups: number }
    return `${filters} filters do not divide into ${groups} groups; expected a number that divides ${filters}`
  },
})

/**
 * A two-dimensional convolution, [channels, h, w] -> [filters, h', w']. Its `weight` is a monitored layer:
 *
 *     y[f, i, j] = b[f] + Σ over c, u, v of weight[f, c, u, v] · x[c, i·stride - padding + u, j·stride - padding + v]
 *
 *     conv({ name: 'conv0', filters: 32, kernel: 3, padding: 'same', bias: false, init: { type: 'heUniform' } })
 *
 * Parameters: `weight` [filters, channels / groups, kernel h, kernel w] and, with bias, `bias` [filters]. Defaults are
 * Keras's: stride 1, padding 'valid', bias, weights glorotUniform, biases zero. PyTorch: `nn.Conv2d(channels, filters,
 * kernel, stride, padding, groups=groups, bias=bias)`; with a stride, its padding is not TensorFlow's 'same'.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const conv: Constructor<typeof convSchema, NameOption> = constructorOf(convSchema)

export const convType = layerType({
  schema: convSchema,
  isMonitored: true,
  outputShape(layer, input) {
    const [channels, ...size] = requireImage(input)
    requireDivisible(channels, layer.groups)
    return [layer.filters, ...countWindows(size, layer.kernel, layer)]
  },
  tensors({ filters, groups, kernel, bias }, input) {
    const weight = parameter('weight', [filters, input[0]! / groups, ...kernel])
    return bias ? [weight, parameter('bias', [filters])] : [weight]
  },
  summary({ kernel, stride, groups }) {
    return windowSummary(kernel, stride, [1, 1]) + (groups === 1 ? '' : `, ${groups} groups`)
  },
  caption: ({ filters, kernel }) => `${filters.toLocaleString('en')} of ${kernel.join(' × ')}`,
})
