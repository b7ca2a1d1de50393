import { z } from 'zod'
import { constructorOf, type Constructor } from '../../validation/constructor.js'
import { fp32 } from '../../validation/fp32.js'
import { strictObject } from '../../validation/strict-object.js'
import { layerType, sameShape } from '../layer-type.js'
import { buffer } from '../tensors.js'
import { affineKeys, affineTensors, type AffineOptions } from './affine.js'
import { layerKeys, type NameOption } from './keys.js'

const batchNormSchema = strictObject({
  ...layerKeys('batchNorm'),
  /**
   * The number that is added to the variance, above 0. Keras's default; PyTorch's is 1e-5.
   *
   * @default 0.001
   */
  epsilon: fp32(z.number().positive()).default(1e-3),
  /**
   * The share of a batch in the running mean and variance, 0 ≤ momentum ≤ 1, in PyTorch's meaning:
   * running <- (1 - momentum) · running + momentum · batch. Keras's default .99 is 0.01 here; PyTorch's is 0.1.
   *
   * @default 0.01
   */
  momentum: fp32(z.number().min(0).max(1)).default(0.01),
  ...affineKeys,
  /**
   * The batch's variance that enters the running one: 'biased', divided by n, as in Keras; 'unbiased', divided by n - 1,
   * as in PyTorch.
   *
   * @default "biased"
   */
  runningVariance: z.enum(['biased', 'unbiased']).default('biased'),
})

/**
 * Batch normalisation of each channel (of [n], of each feature) over the examples of a batch and all pixels:
 * y = (x - mean) / √(variance + epsilon) · weight + bias. In evaluation, mean and variance are the running ones.
 *
 * Parameters: `weight` (with scale) and `bias` (with shift); buffers: `running_mean`, from 0, and `running_var`, from 1;
 * each [channels]. Defaults are Keras's: epsilon 1e-3, momentum 0.01 (.99 there), scale, shift, biased variance. PyTorch:
 * `nn.BatchNorm1d` and `nn.BatchNorm2d` are `{ epsilon: 1e-5, momentum: 0.1, runningVariance: 'unbiased' }`.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const batchNorm: Constructor<typeof batchNormSchema, NameOption & AffineOptions> = constructorOf(batchNormSchema)

export const batchNormType = layerType({
  schema: batchNormSchema,
  outputShape: sameShape,
  tensors(layer, input) {
    const channels = [input[0]!]
    return [...affineTensors(layer, channels), buffer('running_mean', channels), buffer('running_var', channels)]
  },
})
