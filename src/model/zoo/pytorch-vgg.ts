import type { z } from 'zod'
import { strictObject } from '../../validation/strict-object.js'
import type { Input } from '../../validation/input.js'
import { globalAveragePool, maxPool, relu, type LayerSpec } from '../layers.js'
import { classes, convolutionsPerStage, width } from './options.js'
import { pytorchBatchNorm, pytorchConv, pytorchLinear } from './pytorch-defaults.js'
import { modelOf, type ZooFunction } from './zoo-model.js'

const widthKey = {
  /**
   * The filters of the first stage, at least 1; the next stages have 2, 4, 8 and again 8 times as many. The article's value.
   *
   * @default 64
   */
  width: width.default(64),
}

const classesKey = {
  /**
   * The number of classes, at least 2: the units of the last layer.
   *
   * @default 10
   */
  classes: classes.default(10),
}

export const vgg11Schema = strictObject({
  ...widthKey,
  /**
   * The number of convolutions of each stage, from the first: 1 to 10 stages of 1 to 100 convolutions.
   *
   * @default [1,1,2,2,2]
   */
  convolutionsPerStage: convolutionsPerStage.default([1, 1, 2, 2, 2]),
  ...classesKey,
})

export const vgg13Schema = strictObject({
  ...widthKey,
  /**
   * The number of convolutions of each stage, from the first: 1 to 10 stages of 1 to 100 convolutions.
   *
   * @default [2,2,2,2,2]
   */
  convolutionsPerStage: convolutionsPerStage.default([2, 2, 2, 2, 2]),
  ...classesKey,
})

export const vgg16Schema = strictObject({
  ...widthKey,
  /**
   * The number of convolutions of each stage, from the first: 1 to 10 stages of 1 to 100 convolutions.
   *
   * @default [2,2,3,3,3]
   */
  convolutionsPerStage: convolutionsPerStage.default([2, 2, 3, 3, 3]),
  ...classesKey,
})

export const vgg19Schema = strictObject({
  ...widthKey,
  /**
   * The number of convolutions of each stage, from the first: 1 to 10 stages of 1 to 100 convolutions.
   *
   * @default [2,2,4,4,4]
   */
  convolutionsPerStage: convolutionsPerStage.default([2, 2, 4, 4, 4]),
  ...classesKey,
})

export type PytorchVggOptions = Input<typeof vgg11Schema>

/**
 * The VGG-11 (arXiv 1409.1556) with batch normalisation that PyTorch users train on CIFAR-10, as
 * github.com/kuangliu/pytorch-cifar defines it: 9,231,114 parameters, 9 monitored layers.
 *
 * Stages of 3 × 3 convolutions with bias, each followed by batch norm and relu; max pooling after every stage; one dense
 * layer. Names and shapes are those of its `state_dict`: features.0, features.1, … classifier; so are the initial
 * distributions and the batch norm, PyTorch's defaults. The mean over all pixels, of which a 32 × 32 image has one left,
 * takes larger images, too.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const vgg11: ZooFunction<'vgg11', typeof vgg11Schema> = modelOf('vgg11', vgg11Schema, pytorchVggLayers)

/**
 * The VGG-13: as vgg11, with 2 convolutions a stage: 9,416,010 parameters, 11 monitored layers.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const vgg13: ZooFunction<'vgg13', typeof vgg13Schema> = modelOf('vgg13', vgg13Schema, pytorchVggLayers)

/**
 * The VGG-16: as vgg11, with 2, 2, 3, 3 and 3 convolutions: 14,728,266 parameters, 14 monitored layers.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const vgg16: ZooFunction<'vgg16', typeof vgg16Schema> = modelOf('vgg16', vgg16Schema, pytorchVggLayers)

/**
 * The VGG-19: as vgg11, with 2, 2, 4, 4 and 4 convolutions: 20,040,522 parameters, 17 monitored layers.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const vgg19: ZooFunction<'vgg19', typeof vgg19Schema> = modelOf('vgg19', vgg19Schema, pytorchVggLayers)

export function pytorchVggLayers(options: z.output<typeof vgg11Schema>): LayerSpec[] {
  const features: LayerSpec[] = []
  const nextName = () => `features.${features.length}`
  for (const [s, convolutions] of options.convolutionsPerStage.entries()) {
    for (let i = 0; i < convolutions; i++) {
      features.push(pytorchConv(nextName(), options.width * Math.min(2 ** s, 8), { bias: true }))
      features.push(pytorchBatchNorm(nextName()))
      features.push(relu({ name: nextName() }))
    }
    features.push(maxPool({ name: nextName(), size: 2 }))
  }
  return [...features, globalAveragePool({ name: 'globalAveragePool' }), pytorchLinear('classifier', options.classes)]
}
