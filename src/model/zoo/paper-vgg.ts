import { z } from 'zod'
import { strictObject } from '../../validation/strict-object.js'
import { validate } from '../../validation/validate.js'
import { batchNorm, conv, dense, globalAveragePool, maxPool, relu, type LayerSpec } from '../layers.js'
import type { ModelConfig } from '../model.js'
import { classes, repetitions, width } from './zoo-options.js'

export const vgg25Schema = strictObject({
  /** Filters of the first stage; each stage has twice as many as the one before. */
  width: width(32),
  stages: z.int().min(1).max(10).default(4),
  convolutionsPerStage: repetitions.default(6),
  classes: classes(10),
  /** Of the running mean and variance, in PyTorch's meaning: 1 - Keras's. */
  batchNormMomentum: z.number().min(0).max(1).default(0.01),
})

export const tinyCnnSchema = vgg25Schema.extend({
  stages: vgg25Schema.shape.stages.default(5),
  convolutionsPerStage: repetitions.default(2),
  classes: classes(200),
  // The authors': with .01, training on Tiny ImageNet sometimes stopped after few epochs.
  batchNormMomentum: z.number().min(0).max(1).default(0.1),
})

export type Vgg25Options = z.input<typeof vgg25Schema>
export type TinyCnnOptions = z.input<typeof tinyCnnSchema>

/**
 * The VGG-style network of the paper's task C10-CNN1 (arXiv 1806.01603v2, table 1): 25 monitored layers, 4,307,296
 * parameters, on CIFAR-10.
 *
 * Stages of 3 × 3 convolutions, each followed by relu and then batch normalisation without scale and shift; max pooling
 * between the stages; the mean over all pixels; a dense layer. No biases; weights heUniform.
 *
 *     vgg25()                                         // stage0.conv0 … stage3.conv5, dense
 *     vgg25({ width: 16, convolutionsPerStage: 3 })   // the authors' 'fast' one: 13 layers, 490,160 parameters
 *
 * Their Keras model calls stage0.conv0 stage0_layer0_conv, and dense last_dense.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function vgg25(options: Vgg25Options = {}): ModelConfig {
  return { type: 'vgg25', layers: paperVggLayers(validate(vgg25Schema, options, 'vgg25')) }
}

/**
 * The network of the paper's task tiny-CNN (table 1), for the 64 × 64 images of Tiny ImageNet: vgg25 with 5 stages of 2
 * convolutions, 11 monitored layers, 4,812,640 parameters, and a batch norm momentum of 0.1.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function tinyCnn(options: TinyCnnOptions = {}): ModelConfig {
  return { type: 'tinyCnn', layers: paperVggLayers(validate(tinyCnnSchema, options, 'tinyCnn')) }
}

const unbiased = { bias: false, init: { type: 'heUniform' } } as const

export function paperVggLayers(options: z.output<typeof vgg25Schema>): LayerSpec[] {
  const stages = Array.from({ length: options.stages }, (_, s): LayerSpec[] => [
    ...Array.from({ length: options.convolutionsPerStage }, (_, i): LayerSpec[] => [
      conv({
        name: `stage${s}.conv${i}`,
        filters: options.width * 2 ** s,
        kernel: 3,
        padding: 'same',
        ...unbiased,
      }),
      relu({ name: `stage${s}.relu${i}` }),
      batchNorm({
        name: `stage${s}.batchNorm${i}`,
        momentum: options.batchNormMomentum,
        scale: false,
        shift: false,
      }),
    ]).flat(),
    ...(s < options.stages - 1 ? [maxPool({ name: `stage${s}.pool`, size: 2 })] : []),
  ])
  return [
    ...stages.flat(),
    globalAveragePool({ name: 'globalAveragePool' }),
    dense({ name: 'dense', units: options.classes, ...unbiased }),
  ]
}
