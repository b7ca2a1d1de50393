import { describe, expect, test } from 'vitest'
import type { LossConfig } from '../../src/loss/loss.js'
import { dense, flatten, type LayerSpec } from '../../src/model/layers.js'
import { createTrainer, info } from '../../src/native/load.js'
import { ruleSchema } from '../../src/optimizer/rule.js'
import { failure } from '../support/failure.js'
import { typesOf } from '../support/types-of.js'
import { allParameters, perceptron, randomSplit, smallSpec, type SmallSpec } from './support/small-trainer.js'

/** The error that createTrainer() ends with; none of them may show where in C++ it was thrown. */
async function refusal(spec: SmallSpec): Promise<string> {
  const message = await failure(() => createTrainer(smallSpec(spec)))
  expect(message).not.toMatch(/frame #|Exception raised from|enforce fail|\.(cpp|h):\d/)
  return message
}

describe('a device', () => {
  test('that this machine does not have is unavailable', async ({ skip }) => {
    if ((await info()).devices.length > 1) return skip('this machine has a CUDA device')
    expect(await refusal({ device: 'cuda' })).toMatch(/^DEVICE_UNAVAILABLE: device cuda: .*; use device cpu or auto$/)
    expect(await refusal({ device: 'cuda:1' })).toMatch(/^DEVICE_UNAVAILABLE: device cuda:1: /)
  })

  test('that does not exist is wrong', async () => {
    for (const device of ['gpu', 'CPU', 'cuda:', 'cuda:x', 'cuda:-1', 'cuda:0x', '']) {
      expect(await refusal({ device })).toBe(`INVALID_CONFIG: device ${device}: expected auto, cpu, cuda or cuda:N`)
    }
  })

  test('auto is the first CUDA device or the CPU', async () => {
    const trainer = await createTrainer(smallSpec({ device: 'auto' }))
    expect(trainer.device).toBe((await info()).devices[1]?.name ?? 'cpu')
    trainer.dispose()
  })
})

describe('data', () => {
  test.each<[string, NonNullable<SmallSpec['data']>, string]>([
    [
      'with a label beyond the classes',
      { train: { images: new Uint8Array(70), labels: Int32Array.of(0, 4) } },
      'data.train.labels: label 4 is not in 0 … 3',
    ],
    [
      'with a negative label',
      { test: { images: new Uint8Array(70), labels: Int32Array.of(-1, 0) } },
      'data.test.labels: label -1 is not in 0 … 3',
    ],
    [
      'with more labels than images',
      { train: { ...randomSplit(3, 1), labels: new Int32Array(4) } },
      'data.train: 105 bytes of images for 4 labels; expected 35 bytes each',
    ],
    ['without an image', { test: randomSplit(0, 1) }, 'data.test: expected at least one example, found none'],
    [
      'of another type',
      { train: { ...randomSplit(3, 1), images: new Uint8ClampedArray(105) as unknown as Uint8Array } },
      'data.train.images: expected a Uint8Array, found a Uint8ClampedArray',
    ],
    [
      'with one mean too many',
      { mean: Float64Array.of(1, 2), deviation: Float64Array.of(1, 2) },
      'data: expected one mean and one deviation, or 1 of each, one per channel; found 2 and 2',
    ],
    [
      'with fewer deviations than means',
      { deviation: new Float64Array(0) },
      'data: expected one mean and one deviation, or 1 of each, one per channel; found 1 and 0',
    ],
    [
      'without deviation',
      { deviation: Float64Array.of(0) },
      'data: expected finite means and deviations above 0, found mean 33.300000 and deviation 0.000000',
    ],
    [
      'with a deviation that is 0 in fp32',
      { deviation: Float64Array.of(1e-50) },
      'data: expected finite means and deviations above 0, found mean 33.300000 and deviation 0.000000',
    ],
    [
      'with a mean that is not a number',
      { mean: Float64Array.of(NaN) },
      'data: expected finite means and deviations above 0, found mean nan and deviation 78.600000',
    ],
    [
      'with a validating image beyond the images',
      { validation: Int32Array.of(0, 21) },
      'data.validation: index 21 is not in 0 … 20',
    ],
    [
      'with an image that validates twice',
      { validation: Int32Array.of(3, 4, 3) },
      'data.validation: expected different indices, found 3 twice',
    ],
    [
      'where all images validate',
      { validation: Int32Array.from({ length: 21 }, (_, i) => i) },
      'data.validation: expected fewer than all 21 training examples, so that some are left to train on',
    ],
  ])('%s is refused', async (_, data, message) => {
    expect(await refusal({ data })).toBe(`INVALID_CONFIG: ${message}`)
  })
})

describe('a model', () => {
  const flattened = flatten({ name: 'flatten' })

  test.each<[string, LayerSpec[], RegExp]>([
    [
      'with a dense layer on an image',
      [dense({ name: 'dense0', units: 4 })],
      /^INVALID_CONFIG: layer dense0: a dense layer takes \[features\] \(put a flatten before it\), but its input is \[7, 5\]$/,
    ],
    [
      'that does not fit into memory',
      [flattened, dense({ name: 'dense0', units: 2 ** 40 }), dense({ name: 'dense1', units: 4 })],
      /^OUT_OF_MEMORY: /,
    ],
    [
      'with another number of outputs than classes',
      [flattened, dense({ name: 'dense0', units: 3 })],
      /^INVALID_CONFIG: .*dense0.*\[3\].*4 classes/,
    ],
    [
      'with two layers of one name',
      [flattened, dense({ name: 'dense0', units: 4 }), dense({ name: 'dense0', units: 4 })],
      /dense0/,
    ],
  ])('%s is refused', async (_, layers, message) => {
    expect(await refusal({ layers, parameters: [] })).toMatch(message)
  })
})

test('TF32 is refused on the CPU', async () => {
  expect(await refusal({ precision: 'tf32', device: 'cpu' })).toBe(
    'DEVICE_UNAVAILABLE: precision: tf32 needs a CUDA device; use fp32 or bf16 on the CPU',
  )
})

test.each<[string, SmallSpec, string]>([
  ['a negative number of threads', { threads: -1 }, 'threads: expected an integer of at least 0, found -1'],
  ['half a thread', { threads: 0.5 }, 'threads: expected an integer of at least 0, found 0.5'],
  ['a negative seed', { seed: -1 }, 'seed: expected an integer of at least 0, found -1'],
  ['no classes', { classes: 0 }, 'classes: expected an integer of at least 1, found 0'],
  [
    'an image of more bytes than can be counted',
    { inputShape: [2 ** 31, 2 ** 31, 2 ** 31], parameters: [] },
    'inputShape: expected fewer than 2⁶³ values, found [2147483648, 2147483648, 2147483648]',
  ],
  ['an empty image', { inputShape: [0, 5] }, 'model: inputShape.0 is 0; expected at least 1'],
  [
    'an unknown update rule',
    { optimizer: { type: 'adamax' } as unknown as NonNullable<SmallSpec['optimizer']> },
    `optimizer.type: expected ${typesOf(ruleSchema).replace(/, (\w+)$/, ' or $1')}, found adamax`,
  ],
  ['another precision', { precision: 'fp16' as 'bf16' }, 'precision: expected fp32, tf32 or bf16, found fp16'],
  [
    'another memory format',
    { memoryFormat: 'nhwc' as 'contiguous' },
    'memoryFormat: expected channelsLast or contiguous, found nhwc',
  ],
  [
    'an unknown loss',
    { loss: { type: 'hinge' } as unknown as LossConfig },
    'loss.type: expected crossEntropy or kerasCrossEntropy, found hinge',
  ],
  ...[-0.1, 1.1, NaN].map((labelSmoothing): [string, SmallSpec, string] => [
    `a label smoothing of ${labelSmoothing}`,
    { loss: { type: 'crossEntropy', labelSmoothing } },
    `loss.labelSmoothing: expected a number of 0 … 1, found ${labelSmoothing}`,
  ]),
  ...(['rateFactor', 'decay', 'decoupledDecay'] as const).flatMap((key) =>
    [-1, Infinity].map((value): [string, SmallSpec, string] => [
      `a ${key} of ${value}`,
      { parameters: [{ ...allParameters(perceptron, [7, 5])[0]!, [key]: value }] },
      `parameters.0.${key}: expected a number of at least 0, found ${value}`,
    ]),
  ),
  [
    'a parameter without settings',
    { parameters: allParameters(perceptron, [7, 5]).slice(1) },
    'parameters: dense0.weight has no settings; expected settings for every parameter of the model',
  ],
  [
    'settings of no parameter',
    {
      parameters: [
        ...allParameters(perceptron, [7, 5]),
        { ...allParameters(perceptron, [7, 5])[0]!, name: 'conv0.weight' },
      ],
    },
    'parameters: conv0.weight is not a parameter of the model',
  ],
  [
    'a negative shift',
    { augmentation: { shift: -1, flip: false } },
    'augmentation.shift: expected an integer of at least 0, found -1',
  ],
  [
    'half a shift',
    { augmentation: { shift: 0.5, flip: false } },
    'augmentation.shift: expected an integer of at least 0, found 0.5',
  ],
  [
    'too large a shift',
    { augmentation: { shift: 8193, flip: false } },
    'augmentation.shift: expected an integer of at most 8192, found 8193',
  ],
  [
    'augmentation of data that are not images',
    { augmentation: { shift: 0, flip: true } },
    'augmentation: expected images of shape [channels, height, width], found [7, 5]',
  ],
])('%s is refused', async (_, spec, message) => {
  expect(await refusal(spec)).toBe(`INVALID_CONFIG: ${message}`)
})
