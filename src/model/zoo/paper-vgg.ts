import { z } from 'zod'
import { fp32 } from '../../validation/fp32.js'
import { strictObject } from '../../validation/strict-object.js'
import type { Input } from '../../validation/input.js'
import { batchNorm, conv, dense, globalAveragePool, maxPool, relu, type LayerSpec } from '../layers.js'
import { classes, repetitions, width } from './options.js'
import { modelOf, type ZooFunction } from './zoo-model.js'

const stages = z.int().min(1).max(10)
const momentum = fp32(z.number().min(0).max(1))

const widthKey = {
  /**
   * The filters of the first stage, at least 1; each stage has twice as many as the one before. The paper's value.
   *
   * @default 32
   */
  width: width.default(32),
}

export const vgg25Schema = strictObject({
  ...widthKey,
  /**
   * The number of stages, from 1 to 10; max pooling between them halves height and width. The paper's value.
   *
   * @default 4
   */
  stages: stages.default(4),
  /**
   * The number of convolutions of each stage, from 1 to 100. The paper's value.
   *
   * @default 6
   */
  convolutionsPerStage: repetitions.default(6),
  /**
   * The number of classes, at least 2: the units of the last layer.
   *
   * @default 10
   */
  classes: classes.default(10),
  /**
   * The share of a batch in the running mean and variance, 0 ≤ batchNormMomentum ≤ 1, in PyTorch's meaning: 1 - Keras's.
   * The authors' value.
   *
   * @default 0.01
   */
  batchNormMomentum: momentum.default(0.01),
})

export const tinyCnnSchema = strictObject({
  ...widthKey,
  /**
   * The number of stages, from 1 to 10; max pooling between them halves height and width. The paper's value.
   *
   * @default 5
   */
  stages: stages.default(5),
  /**
   * The number of convolutions of each stage, from 1 to 100. The paper's value.
   *
   * @default 2
   */
  convolutionsPerStage: repetitions.default(2),
  /**
   * The number of classes, at least 2: the units of the last layer.
   *
   * @default 200
   */
  classes: classes.default(200),
  /**
   * The share of a batch in the running mean and variance, 0 ≤ batchNormMomentum ≤ 1, in PyTorch's meaning: 1 - Keras's.
   * The authors' value: with 0.01, training on Tiny ImageNet sometimes stopped after few epochs.
   *
   * @default 0.1
   */
  batchNormMomentum: momentum.default(0.1),
})

export type Vgg25Options = Input<typeof vgg25Schema>
export type TinyCnnOptions = Input<typeof tinyCnnSchema>

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
export const vgg25: ZooFunction<'vgg25', typeof vgg25Schema> = modelOf('vgg25', vgg25Schema, paperVggLayers)

/**
 * The network of the paper's task tiny-CNN (table 1), for the 64 × 64 images of Tiny ImageNet: vgg25 with 5 stages of 2
 * convolutions, 11 monitored layers, 4,812,640 parameters, and a batch norm momentum of 0.1.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const tinyCnn: ZooFunction<'tinyCnn', typeof tinyCnnSchema> = modelOf('tinyCnn', tinyCnnSchema, paperVggLayers)

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
