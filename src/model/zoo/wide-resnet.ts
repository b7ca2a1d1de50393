import { z } from 'zod'
import { fp32 } from '../../validation/fp32.js'
import { strictObject } from '../../validation/strict-object.js'
import type { Input } from '../../validation/input.js'
import { batchNorm, conv, dense, dropout, globalAveragePool, relu, residual, type LayerSpec } from '../layers.js'
import { classes, width } from './options.js'
import { modelOf, type ZooFunction } from './zoo-model.js'

export const wideResnetSchema = strictObject({
  /**
   * The number of convolutions, 6n + 4 from 10 to 2000: n blocks of two convolutions in each of three stages, the first
   * convolution and three shortcuts. The paper's value.
   *
   * @default 28
   */
  depth: z
    .int()
    .min(10)
    .max(2000)
    .refine((depth) => depth % 6 === 4, {
      error: ({ input }) => `no wide ResNet has ${String(input)} layers; expected 6n + 4, such as 16, 22, 28 or 40`,
    })
    .default(28),
  /**
   * The factor of the filters, at least 1: the stages have 16, 32 and 64 times as many. The paper's value.
   *
   * @default 10
   */
  widenFactor: width.default(10),
  /**
   * The probability that a value between the two convolutions of a block is set to 0 in training, 0 ≤ dropout < 1; 0 for no
   * dropout. The paper's value.
   *
   * @default 0.3
   */
  dropout: fp32(z.number().min(0).lt(1)).default(0.3),
  /**
   * The number of classes, at least 2: the units of the last layer.
   *
   * @default 100
   */
  classes: classes.default(100),
})

export type WideResnetOptions = Input<typeof wideResnetSchema>

/**
 * The wide ResNet (arXiv 1605.07146) of the paper's task C100-WRN (arXiv 1806.01603v2, table 1): 29 monitored layers,
 * 36,518,832 parameters, on CIFAR-100.
 *
 * A convolution of 16 filters, then three stages of blocks: batch norm, relu, conv, batch norm, relu, dropout, conv, plus
 * the shortcut. The first block of the second and third stage halves height and width; the shortcut of every stage's first
 * block is a 1 × 1 convolution of the block's input as it is; the others are identities. At the end batch norm, relu, the
 * mean over all pixels and a dense layer. 3 × 3 convolutions with a padding of 1 on all sides; no biases, batch norm without
 * scale and shift; weights glorotUniform.
 *
 *     wideResnet28x10()   // conv, stage0.block0.conv0, .conv1, .shortcut, stage0.block1.conv0, … dense
 *     wideResnet28x10({ depth: 16, widenFactor: 4, dropout: 0, classes: 10 })
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const wideResnet28x10: ZooFunction<'wideResnet28x10', typeof wideResnetSchema> = modelOf(
  'wideResnet28x10',
  wideResnetSchema,
  wideResnetLayers,
)

export function wideResnetLayers(options: z.output<typeof wideResnetSchema>): LayerSpec[] {
  const blocks = (options.depth - 4) / 6
  const stages = [0, 1, 2].flatMap((s) => {
    const filters = 16 * options.widenFactor * 2 ** s
    return Array.from({ length: blocks }, (_, b) =>
      block(`stage${s}.block${b}`, {
        filters,
        dropout: options.dropout,
        isFirst: b === 0,
        stride: s > 0 && b === 0 ? 2 : 1,
      }),
    )
  })
  return [
    convolution('conv', 16),
    ...stages,
    normalization('batchNorm'),
    relu({ name: 'relu' }),
    globalAveragePool({ name: 'globalAveragePool' }),
    dense({ name: 'dense', units: options.classes, bias: false }),
  ]
}

interface Block {
  filters: number
  dropout: number
  /** true: the block is the first of its stage, and the number of channels changes. */
  isFirst: boolean
  stride: number
}

function block(name: string, { filters, dropout: rate, isFirst, stride }: Block): LayerSpec {
  return residual({
    name,
    layers: [
      normalization(`${name}.batchNorm0`),
      relu({ name: `${name}.relu0` }),
      convolution(`${name}.conv0`, filters, { stride }),
      normalization(`${name}.batchNorm1`),
      relu({ name: `${name}.relu1` }),
      ...(rate > 0 ? [dropout({ name: `${name}.dropout`, rate })] : []),
      convolution(`${name}.conv1`, filters),
    ],
    shortcut: isFirst ? [convolution(`${name}.shortcut`, filters, { kernel: 1, stride })] : [],
  })
}

function convolution(name: string, filters: number, { kernel = 3, stride = 1 } = {}): LayerSpec {
  return conv({ name, filters, kernel, stride, padding: (kernel - 1) / 2, bias: false })
}

function normalization(name: string): LayerSpec {
  return batchNorm({ name, scale: false, shift: false })
}
