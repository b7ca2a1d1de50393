import { z } from 'zod'
import { strictObject } from '../../validation/strict-object.js'
import { validate } from '../../validation/validate.js'
import { globalAveragePool, maxPool, relu, type LayerSpec } from '../layers.js'
import type { ModelConfig } from '../model.js'
import { pytorchBatchNorm, pytorchConv, pytorchLinear } from './pytorch-defaults.js'
import { classes, repetitions, width } from './zoo-options.js'

function schema(convolutionsPerStage: number[]) {
  return strictObject({
    /** Filters of the first stage; the next ones have 2, 4, 8 and again 8 times as many. */
    width: width(64),
    /** Convolutions of each stage, from the first. */
    convolutionsPerStage: z.array(repetitions).min(1).max(10).default(convolutionsPerStage),
    classes: classes(10),
  })
}

export const vgg11Schema = schema([1, 1, 2, 2, 2])
export const vgg13Schema = schema([2, 2, 2, 2, 2])
export const vgg16Schema = schema([2, 2, 3, 3, 3])
export const vgg19Schema = schema([2, 2, 4, 4, 4])

export type PytorchVggOptions = z.input<typeof vgg11Schema>

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
export function vgg11(options: PytorchVggOptions = {}): ModelConfig {
  return { type: 'vgg11', layers: pytorchVggLayers(validate(vgg11Schema, options, 'vgg11')) }
}

/**
 * As vgg11, with 2 convolutions a stage: 9,416,010 parameters, 11 monitored layers.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function vgg13(options: PytorchVggOptions = {}): ModelConfig {
  return { type: 'vgg13', layers: pytorchVggLayers(validate(vgg13Schema, options, 'vgg13')) }
}

/**
 * As vgg11, with 2, 2, 3, 3 and 3 convolutions: 14,728,266 parameters, 14 monitored layers.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function vgg16(options: PytorchVggOptions = {}): ModelConfig {
  return { type: 'vgg16', layers: pytorchVggLayers(validate(vgg16Schema, options, 'vgg16')) }
}

/**
 * As vgg11, with 2, 2, 4, 4 and 4 convolutions: 20,040,522 parameters, 17 monitored layers.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function vgg19(options: PytorchVggOptions = {}): ModelConfig {
  return { type: 'vgg19', layers: pytorchVggLayers(validate(vgg19Schema, options, 'vgg19')) }
}

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
