import { constructorOf, type Constructor } from '../../validation/constructor.js'
import { strictObject } from '../../validation/strict-object.js'
import { layerType } from '../layer-type.js'
import { layerKeys, type NameOption } from './keys.js'
import { requireImage } from './refusal.js'

const globalAveragePoolSchema = strictObject(layerKeys('globalAveragePool'))

/**
 * The mean of each channel, [c, h, w] -> [c]. PyTorch: `nn.AdaptiveAvgPool2d(1)`, then `nn.Flatten()`.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const globalAveragePool: Constructor<typeof globalAveragePoolSchema, NameOption> =
  constructorOf(globalAveragePoolSchema)

export const globalAveragePoolType = layerType({
  schema: globalAveragePoolSchema,
  outputShape: (_, input) => [requireImage(input)[0]],
})
