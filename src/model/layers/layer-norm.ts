import { z } from 'zod'
import { constructorOf, type Constructor } from '../../validation/constructor.js'
import { fp32 } from '../../validation/fp32.js'
import { strictObject } from '../../validation/strict-object.js'
import { layerType, sameShape } from '../layer-type.js'
import { affineKeys, affineTensors, type AffineOptions } from './affine.js'
import { layerKeys, type NameOption } from './keys.js'

const layerNormSchema = strictObject({
  ...layerKeys('layerNorm'),
  /**
   * The number that is added to the variance, above 0. PyTorch's default; Keras's is 1e-3.
   *
   * @default 0.00001
   */
  epsilon: fp32(z.number().positive()).default(1e-5),
  ...affineKeys,
})

/**
 * Layer normalisation over a whole example: y = (x - mean) / √(variance + epsilon) · weight + bias, with the biased
 * variance.
 *
 * Parameters: `weight` (with scale) and `bias` (with shift), each of the example's shape. PyTorch:
 * `nn.LayerNorm(shape, epsilon)`.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const layerNorm: Constructor<typeof layerNormSchema, NameOption & AffineOptions> = constructorOf(layerNormSchema)

export const layerNormType = layerType({
  schema: layerNormSchema,
  outputShape: sameShape,
  tensors: affineTensors,
})
