import { z } from 'zod'
import { strictObject } from '../../validation/strict-object.js'
import { validate } from '../../validation/validate.js'
import { batchNorm, conv, dense, flatten, maxPool, relu, type LayerSpec } from '../layers.js'
import type { ModelConfig } from '../model.js'
import { classes, repetitions, width } from './zoo-options.js'

export const vggTorchBlogSchema = strictObject({
  /** Filters of the first stage; the next ones have 2, 4, 8 and again 8 times as many, as has the hidden dense layer. */
  width: width(64),
  /** Convolutions of each stage, from the first. */
  convolutionsPerStage: z.array(repetitions).min(1).max(10).default([2, 2, 3, 3, 3]),
  classes: classes(10),
})

export type VggTorchBlogOptions = z.input<typeof vggTorchBlogSchema>

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
export function vggTorchBlog(options: VggTorchBlogOptions = {}): ModelConfig {
  return { type: 'vggTorchBlog', layers: vggTorchBlogLayers(validate(vggTorchBlogSchema, options, 'vggTorchBlog')) }
}

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
