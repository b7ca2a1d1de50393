import { z } from 'zod'
import { strictObject } from '../../validation/strict-object.js'
import { validate } from '../../validation/validate.js'
import { layerName } from './name.js'
import { paddingSchema, pair, type Pair } from './window.js'

/** A stride that is left out is the size: windows side by side. A copy, which YAML would write as an alias otherwise. */
function poolSchema<Type extends string>(type: Type) {
  return strictObject({
    type: z.literal(type),
    name: layerName,
    size: pair(1),
    stride: pair(1).optional(),
    padding: paddingSchema.default('valid'),
  })
    .transform(({ stride, ...pool }) => ({ ...pool, stride: stride ?? copy(pool.size) }))
    .refine(({ size, padding }) => typeof padding === 'string' || padding.every((pad, i) => 2 * pad <= size[i]!), {
      path: ['padding'],
      error: 'at most half of the size, or a window could lie outside the image',
    })
}

const copy = ([height, width]: Pair): Pair => [height, width]

export const maxPoolSchema = poolSchema('maxPool')
export const averagePoolSchema = poolSchema('averagePool')
export const globalAveragePoolSchema = strictObject({ type: z.literal('globalAveragePool'), name: layerName })

/**
 * The largest value of each window, [c, h, w] -> [c, h', w']; padding never wins. PyTorch: `nn.MaxPool2d(size, stride,
 * padding)`.
 *
 *     maxPool({ name: 'pool', size: 2 })   // halves height and width
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const maxPool = (options: Omit<z.input<typeof maxPoolSchema>, 'type'>) =>
  validate(maxPoolSchema, { type: 'maxPool', ...options }, 'maxPool')

/**
 * The mean of each window, [c, h, w] -> [c, h', w'], over what of it lies in the image: padding is not counted. PyTorch:
 * `nn.AvgPool2d(size, stride, padding, count_include_pad=False)`.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const averagePool = (options: Omit<z.input<typeof averagePoolSchema>, 'type'>) =>
  validate(averagePoolSchema, { type: 'averagePool', ...options }, 'averagePool')

/**
 * The mean of each channel, [c, h, w] -> [c]. PyTorch: `nn.AdaptiveAvgPool2d(1)`, then `nn.Flatten()`.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const globalAveragePool = (options: Omit<z.input<typeof globalAveragePoolSchema>, 'type'>) =>
  validate(globalAveragePoolSchema, { type: 'globalAveragePool', ...options }, 'globalAveragePool')
