import type { z } from 'zod'
import { strictObject } from '../../validation/strict-object.js'
import type { Input } from '../../validation/input.js'
import { batchNorm, conv, dense, flatten, maxPool, relu, type LayerSpec } from '../layers.js'
import { classes, convolutionsPerStage, width } from './options.js'
import { modelOf, type ZooFunction } from './zoo-model.js'

export const vggTorchBlogSchema = strictObject({
  /**
   * The filters of the first stage, at least 1; the next stages have 2, 4, 8 and again 8 times as many, and the hidden dense
   * layer has 8 times as many units. The paper's value.
   *
   * @default 64
   */
  width: width.default(64),
  /**
   * The number of convolutions of each stage, from the first: 1 to 10 stages of 1 to 100 convolutions. The paper's value.
   *
   * @default [2,2,3,3,3]
   */
  convolutionsPerStage: convolutionsPerStage.default([2, 2, 3, 3, 3]),
  /**
   * The number of classes, at least 2: the units of the last layer.
   *
   * @default 10
   */
  classes: classes.default(10),
})

export type VggTorchBlogOptions = Input<typeof vggTorchBlogSchema>

/**
 * The network of the paper's task C10-CNN2 (arXiv 1806.01603v2, table 1), after http://torch.ch/blog/2015/07/30/cifar.html
 * but without its dropout: 15 monitored layers, 14,977,728 parameters, on CIFAR-10.
 *
 * Stages of 3 × 3 convolutions, each followed by batch normalisation without scale and shift and then relu; max pooling
 * after every stage, which leaves one pixel of a 32 × 32 image; two dense layers. No biases; weights heNormal.
 *
 *     vggTorchBlog()   // stage0.conv0 … stage4.conv2, dense0, dense1
 *
 * The authors' Keras model calls stage0.conv0 stage0_layer0_conv, and the dense layers dense1 and last_dense.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const vggTorchBlog: ZooFunction<'vggTorchBlog', typeof vggTorchBlogSchema> = modelOf(
  'vggTorchBlog',
  vggTorchBlogSchema,
  vggTorchBlogLayers,
)

const unbiased = { bias: false, init: { type: 'heNormal' } } as const
const notAffine = { scale: false, shift: false } as const

export function vggTorchBlogLayers(options: z.output<typeof vggTorchBlogSchema>): LayerSpec[] {
  const stages = options.convolutionsPerStage.map((convolutions, s): LayerSpec[] => [
    ...Array.from({ length: convolutions }, (_, i): LayerSpec[] => [
      conv({
        name: `stage${s}.conv${i}`,
        filters: options.width * Math.min(2 ** s, 8),
        kernel: 3,
        padding: 'same',
        ...unbiased,
      }),
      batchNorm({ name: `stage${s}.batchNorm${i}`, ...notAffine }),
      relu({ name: `stage${s}.relu${i}` }),
    ]).flat(),
    maxPool({ name: `stage${s}.pool`, size: 2 }),
  ])
  return [
    ...stages.flat(),
    flatten({ name: 'flatten' }),
    dense({ name: 'dense0', units: 8 * options.width, ...unbiased }),
    batchNorm({ name: 'batchNorm0', ...notAffine }),
    relu({ name: 'relu0' }),
    dense({ name: 'dense1', units: options.classes, ...unbiased }),
  ]
}
