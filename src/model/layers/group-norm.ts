import { z } from 'zod'
import { constructorOf, type Constructor } from '../../validation/constructor.js'
import { fp32 } from '../../validation/fp32.js'
import { strictObject } from '../../validation/strict-object.js'
import { layerType } from '../layer-type.js'
import { affineKeys, affineTensors, type AffineOptions } from './affine.js'
import { layerKeys, type NameOption } from './keys.js'
import { requireDivisible } from './refusal.js'

const groupNormSchema = strictObject({
  ...layerKeys('groupNorm'),
  /**
   * The number of groups of channels, at least 1; it divides the number of channels. 1 normalises over all channels
   * together, as many groups as there are channels normalise over each channel by itself.
   */
  groups: z.int().min(1),
  /**
   * The number that is added to the variance, above 0. PyTorch's default; Keras's is 1e-3.
   *
   * @default 0.00001
   */
  epsilon: fp32(z.number().positive()).default(1e-5),
  ...affineKeys,
})

/**
 * Group normalisation (arXiv 1803.08494): each example's channels in `groups` groups of neighbours, each normalised over
 * its channels and pixels as by layerNorm.
 *
 * Parameters: `weight` (with scale) and `bias` (with shift), each [channels]. PyTorch: `nn.GroupNorm(groups, channels,
 * epsilon)`.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const groupNorm: Constructor<typeof groupNormSchema, NameOption & AffineOptions> = constructorOf(groupNormSchema)

export const groupNormType = layerType({
  schema: groupNormSchema,
  outputShape({ groups }, input) {
    requireDivisible(input[0]!, groups)
    return input
  },
  tensors: (layer, input) => affineTensors(layer, [input[0]!]),
  summary: ({ groups }) => String(groups),
})
