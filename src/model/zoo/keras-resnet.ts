import { z } from 'zod'
import { strictObject } from '../../validation/strict-object.js'
import type { Input } from '../../validation/input.js'
import { batchNorm, conv, dense, globalAveragePool, relu, residual, type LayerSpec } from '../layers.js'
import { classes, width } from './options.js'
import { modelOf, type ZooFunction } from './zoo-model.js'

const depth = z
  .int()
  .min(8)
  .max(2000)
  .refine((layers) => layers % 6 === 2, {
    error: ({ input }) => `no ResNet has ${String(input)} layers; expected 6n + 2, such as 20, 32, 44, 56 or 110`,
  })

const widthKey = {
  /**
   * The filters of the first stage, at least 1; the other two stages have 2 and 4 times as many. The paper's value.
   *
   * @default 16
   */
  width: width.default(16),
}

export const resnet32Schema = strictObject({
  /**
   * The number of layers with weights, 6n + 2 from 8 to 2000: n blocks of two convolutions in each of three stages, the first
   * convolution and the dense layer.
   *
   * @default 32
   */
  depth: depth.default(32),
  ...widthKey,
  /**
   * The number of classes, at least 2: the units of the last layer.
   *
   * @default 100
   */
  classes: classes.default(100),
})

export const resnet110Schema = strictObject({
  /**
   * The number of layers with weights, 6n + 2 from 8 to 2000: n blocks of two convolutions in each of three stages, the first
   * convolution and the dense layer.
   *
   * @default 110
   */
  depth: depth.default(110),
  ...widthKey,
  /**
   * The number of classes, at least 2: the units of the last layer.
   *
   * @default 10
   */
  classes: classes.default(10),
})

export type KerasResnetOptions = Input<typeof resnet32Schema>

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
export const resnet32: ZooFunction<'resnet32', typeof resnet32Schema> = modelOf(
  'resnet32',
  resnet32Schema,
  kerasResnetLayers,
)

/**
 * The ResNet-110 of the paper's experiment with warmup (C10-resnet, section 5): as resnet32, of 112 monitored layers and
 * 1,722,416 parameters, on CIFAR-10.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const resnet110: ZooFunction<'resnet110', typeof resnet110Schema> = modelOf(
  'resnet110',
  resnet110Schema,
  kerasResnetLayers,
)

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
