import { z } from 'zod'
import { strictObject } from '../../validation/strict-object.js'
import { validate } from '../../validation/validate.js'
import { globalAveragePool, relu, residual, type LayerSpec } from '../layers.js'
import type { ModelConfig } from '../model.js'
import { pytorchBatchNorm, pytorchConv, pytorchLinear } from './pytorch-defaults.js'
import { classes, repetitions, width } from './zoo-options.js'

function schema(blocks: number[]) {
  return strictObject({
    /** Blocks of each stage, from the first. */
    blocks: z.array(repetitions).min(1).max(10).default(blocks),
    /** Filters of the first convolution and the first stage; each stage has twice as many as the one before. */
    width: width(64),
    classes: classes(10),
  })
}

export const resnet18Schema = schema([2, 2, 2, 2])
export const resnet34Schema = schema([3, 4, 6, 3])
export const resnet50Schema = schema([3, 4, 6, 3])

export type PytorchResnetOptions = z.input<typeof resnet18Schema>
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
export function resnet18(options: PytorchResnetOptions = {}): ModelConfig {
  return { type: 'resnet18', layers: basicResnetLayers(validate(resnet18Schema, options, 'resnet18')) }
}

/**
 * As resnet18, with 3, 4, 6 and 3 blocks a stage: 21,282,122 parameters, 37 monitored layers.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function resnet34(options: PytorchResnetOptions = {}): ModelConfig {
  return { type: 'resnet34', layers: basicResnetLayers(validate(resnet34Schema, options, 'resnet34')) }
}

/**
 * As resnet34, of bottleneck blocks with four times as many filters behind them: 23,520,842 parameters, 54 monitored layers.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function resnet50(options: PytorchResnetOptions = {}): ModelConfig {
  return { type: 'resnet50', layers: bottleneckResnetLayers(validate(resnet50Schema, options, 'resnet50')) }
}

export const basicResnetLayers = (options: Checked) => resnetLayers(options, basicBlock)
export const bottleneckResnetLayers = (options: Checked) => resnetLayers(options, bottleneckBlock)

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
  /** Channels behind the block, in multiples of its filters. */
  expansion: number
  /** The convolutions in order, each with batch norm behind it. */
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
  /** Of what comes in. */
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
