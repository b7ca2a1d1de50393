import { z } from 'zod'
import { strictObject } from '../../validation/strict-object.js'
import { validate } from '../../validation/validate.js'
import { biasInitializerSchema, initializerSchema } from '../initializer.js'
import { layerName } from './name.js'
import { paddingSchema, pair } from './window.js'

export const convSchema = strictObject({
  type: z.literal('conv'),
  name: layerName,
  filters: z.int().min(1),
  kernel: pair(1),
  stride: pair(1).default([1, 1]),
  padding: paddingSchema.default('valid'),
  /** Each group of filters sees its own channels / groups; both numbers are multiples of it. */
  groups: z.int().min(1).default(1),
  bias: z.boolean().default(true),
  init: initializerSchema.default({ type: 'glorotUniform' }),
  biasInit: biasInitializerSchema.default({ type: 'zeros' }),
}).refine((conv) => conv.filters % conv.groups === 0, {
  path: ['groups'],
  error: ({ input }) => {
    const { filters, groups } = input as { filters: number; groups: number }
    return `${filters} filters do not divide into ${groups} groups`
  },
})

/**
 * A two-dimensional convolution, [channels, h, w] -> [filters, h', w'], of which `weight` is a monitored layer:
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
export const conv = (options: Omit<z.input<typeof convSchema>, 'type'>) =>
  validate(convSchema, { type: 'conv', ...options }, 'conv')
