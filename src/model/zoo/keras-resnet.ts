import { z } from 'zod'
import { strictObject } from '../../validation/strict-object.js'
import { validate } from '../../validation/validate.js'
import { batchNorm, conv, dense, globalAveragePool, relu, residual, type LayerSpec } from '../layers.js'
import type { ModelConfig } from '../model.js'
import { classes, width } from './zoo-options.js'

function schema(usual: { depth: number; classes: number }) {
  return strictObject({
    /** 6n + 2: n blocks of two convolutions in each of three stages, the first convolution and the dense layer. */
    depth: z
      .int()
      .min(8)
      .max(2000)
      .refine((depth) => depth % 6 === 2, {
        error: ({ input }) => `no ResNet has ${String(input)} layers; expected 6n + 2, such as 20, 32, 44, 56 or 110`,
      })
      .default(usual.depth),
    /** Filters of the first stage; the other two have 2 and 4 times as many. */
    width: width(16),
    classes: classes(usual.classes),
  })
}

export const resnet32Schema = schema({ depth: 32, classes: 100 })
export const resnet110Schema = schema({ depth: 110, classes: 10 })

export type KerasResnetOptions = z.input<typeof resnet32Schema>

/**
 * The ResNet-32 of the paper's task C100-resnet (arXiv 1806.01603v2, table 1), which is Keras's example of a ResNet v1: 34
 * monitored layers, 470,192 parameters, on CIFAR-100.
 *
 * A convolution, then three stages of blocks: conv, batch norm, relu, conv, batch norm, plus the shortcut, then relu. The
 * first block of the second and third stage halves height and width, its shortcut is a 1 × 1 convolution without batch
 * norm; all other shortcuts are identities. At the end the mean over all pixels (the authors' average pooling over 8 × 8
 * pixels, all that is left of 32 × 32) and a dense layer. TensorFlow's 'same' padding; no biases, batch norm without scale
 * and shift; weights heNormal.
 *
 *     resnet32()               // conv, stage0.block0.conv0, stage0.block0.conv1, … stage1.block0.shortcut, … dense
 *     resnet32({ depth: 20 })
 *
 * The authors' Keras model calls conv first_conv; stage1.block0.conv0, .conv1 and .shortcut 1_0_1_conv, 1_0_2_conv and
 * 1_0_strided_conv; dense last_dense.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function resnet32(options: KerasResnetOptions = {}): ModelConfig {
  return { type: 'resnet32', layers: kerasResnetLayers(validate(resnet32Schema, options, 'resnet32')) }
}

/**
 * The ResNet-110 of the paper's experiment with warmup (C10-resnet, section 5): as resnet32, of 112 monitored layers and
 * 1,722,416 parameters, on CIFAR-10.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function resnet110(options: KerasResnetOptions = {}): ModelConfig {
  return { type: 'resnet110', layers: kerasResnetLayers(validate(resnet110Schema, options, 'resnet110')) }
}

const unbiased = { bias: false, init: { type: 'heNormal' } } as const

export function kerasResnetLayers(options: z.output<typeof resnet32Schema>): LayerSpec[] {
  const blocks = (options.depth - 2) / 6
  const stages = [0, 1, 2].flatMap((s) => {
    const filters = options.width * 2 ** s
    return Array.from({ length: blocks }, (_, b) => block(`stage${s}.block${b}`, filters, s > 0 && b === 0)).flat()
  })
  return [
    convolution('conv', options.width),
    normalization('batchNorm'),
    relu({ name: 'relu' }),
    ...stages,
    globalAveragePool({ name: 'globalAveragePool' }),
    dense({ name: 'dense', units: options.classes, ...unbiased }),
  ]
}

function block(name: string, filters: number, halves: boolean): LayerSpec[] {
  const stride = halves ? 2 : 1
  return [
    residual({
      name,
      layers: [
        convolution(`${name}.conv0`, filters, { stride }),
        normalization(`${name}.batchNorm0`),
        relu({ name: `${name}.relu0` }),
        convolution(`${name}.conv1`, filters),
        normalization(`${name}.batchNorm1`),
      ],
      shortcut: halves ? [convolution(`${name}.shortcut`, filters, { kernel: 1, stride })] : [],
    }),
    relu({ name: `${name}.relu1` }),
  ]
}

function convolution(name: string, filters: number, { kernel = 3, stride = 1 } = {}): LayerSpec {
  return conv({ name, filters, kernel, stride, padding: 'same', ...unbiased })
}

function normalization(name: string): LayerSpec {
  return batchNorm({ name, scale: false, shift: false })
}
