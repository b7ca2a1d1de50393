import { z } from 'zod'
import { strictObject } from '../../validation/strict-object.js'
import type { Input } from '../../validation/input.js'
import { globalAveragePool, relu, residual, type LayerSpec } from '../layers.js'
import { classes, repetitions, width } from './options.js'
import { pytorchBatchNorm, pytorchConv, pytorchLinear } from './pytorch-defaults.js'
import { modelOf, type ZooFunction } from './zoo-model.js'

const blocks = z.array(repetitions).min(1).max(10)

const otherKeys = {
  /**
   * The filters of the first convolution and of the first stage, at least 1; each stage has twice as many as the one before.
   * The article's value.
   *
   * @default 64
   */
  width: width.default(64),
  /**
   * The number of classes, at least 2: the units of the last layer.
   *
   * @default 10
   */
  classes: classes.default(10),
}

export const resnet18Schema = strictObject({
  /**
   * The number of blocks of each stage, from the first: 1 to 10 stages of 1 to 100 blocks.
   *
   * @default [2,2,2,2]
   */
  blocks: blocks.default([2, 2, 2, 2]),
  ...otherKeys,
})

/** The options of ResNet-34 and ResNet-50, which have the same numbers of blocks. */
export const deepResnetSchema = strictObject({
  /**
   * The number of blocks of each stage, from the first: 1 to 10 stages of 1 to 100 blocks.
   *
   * @default [3,4,6,3]
   */
  blocks: blocks.default([3, 4, 6, 3]),
  ...otherKeys,
})

export type PytorchResnetOptions = Input<typeof resnet18Schema>
type Checked = z.output<typeof resnet18Schema>

/**
 * The ResNet-18 (arXiv 1512.03385) that PyTorch users train on CIFAR-10, as github.com/kuangliu/pytorch-cifar defines it: a
 * 3 × 3 convolution at the start and no max pooling there; 11,173,962 parameters, 21 monitored layers.
 *
 * Names and shapes are those of its `state_dict`: conv1, bn1, layer1.0.conv1, … layer2.0.shortcut.0, … linear; so are the
 * initial distributions and the batch norm, PyTorch's defaults. The mean over all pixels takes images of any size.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const resnet18: ZooFunction<'resnet18', typeof resnet18Schema> = modelOf(
  'resnet18',
  resnet18Schema,
  basicResnetLayers,
)

/**
 * The ResNet-34: as resnet18, with 3, 4, 6 and 3 blocks a stage: 21,282,122 parameters, 37 monitored layers.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const resnet34: ZooFunction<'resnet34', typeof deepResnetSchema> = modelOf(
  'resnet34',
  deepResnetSchema,
  basicResnetLayers,
)

/**
 * The ResNet-50: like resnet34, but of bottleneck blocks that end in four times as many channels: 23,520,842
 * parameters, 54 monitored layers.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const resnet50: ZooFunction<'resnet50', typeof deepResnetSchema> = modelOf(
  'resnet50',
  deepResnetSchema,
  bottleneckResnetLayers,
)

export function basicResnetLayers(options: Checked): LayerSpec[] {
  return resnetLayers(options, basicBlock)
}

export function bottleneckResnetLayers(options: Checked): LayerSpec[] {
  return resnetLayers(options, bottleneckBlock)
}

function resnetLayers(options: Checked, kind: BlockKind): LayerSpec[] {
  let channels = options.width
  const stages = options.blocks.flatMap((blocks, s) =>
    Array.from({ length: blocks }, (_, b) => {
      const filters = options.width * 2 ** s
      const stride = s > 0 && b === 0 ? 2 : 1
      const layers = block(`layer${s + 1}.${b}`, kind, { channels, filters, stride })
      channels = filters * kind.expansion
      return layers
    }).flat(),
  )
  return [
    pytorchConv('conv1', options.width),
    pytorchBatchNorm('bn1'),
    relu({ name: 'relu1' }),
    ...stages,
    globalAveragePool({ name: 'globalAveragePool' }),
    pytorchLinear('linear', options.classes),
  ]
}

interface BlockKind {
  /** The channels after the block, in multiples of its filters. */
  expansion: number
  /** The convolutions in order; batch norm follows each. */
  convolutions: (filters: number, stride: number) => { filters: number; kernel: number; stride?: number }[]
}

const basicBlock: BlockKind = {
  expansion: 1,
  convolutions: (filters, stride) => [
    { filters, kernel: 3, stride },
    { filters, kernel: 3 },
  ],
}

const bottleneckBlock: BlockKind = {
  expansion: 4,
  convolutions: (filters, stride) => [
    { filters, kernel: 1 },
    { filters, kernel: 3, stride },
    { filters: 4 * filters, kernel: 1 },
  ],
}

interface BlockSize {
  /** The channels of the block's input. */
  channels: number
  filters: number
  stride: number
}

function block(name: string, kind: BlockKind, { channels, filters, stride }: BlockSize): LayerSpec[] {
  const convolutions = kind.convolutions(filters, stride)
  const output = filters * kind.expansion
  const layers = convolutions.flatMap(({ filters, ...window }, i): LayerSpec[] => [
    pytorchConv(`${name}.conv${i + 1}`, filters, window),
    pytorchBatchNorm(`${name}.bn${i + 1}`),
    ...(i < convolutions.length - 1 ? [relu({ name: `${name}.relu${i + 1}` })] : []),
  ])
  const shortcut = [
    pytorchConv(`${name}.shortcut.0`, output, { kernel: 1, stride }),
    pytorchBatchNorm(`${name}.shortcut.1`),
  ]
  return [
    residual({ name, layers, shortcut: stride !== 1 || channels !== output ? shortcut : [] }),
    relu({ name: `${name}.relu${convolutions.length}` }),
  ]
}
