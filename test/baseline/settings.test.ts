import { describe, expect, test } from 'vitest'
import {
  clipNorm,
  clipValue,
  constant,
  cosine,
  crossEntropy,
  kerasCrossEntropy,
  l2,
  layca,
  oneCycle,
  resnet32,
  sgd,
  steps,
  synthetic,
  warmup,
  weightDecay,
  type ExperimentInput,
} from '../../src/index.js'
import { expectSameCurves, expectSameTensors, probeBoth, relativeDifferences, trainBoth } from './agreement.js'
import { needsPyTorch } from '../support/pytorch/pytorch.js'
import { smooth } from './smooth.js'

needsPyTorch()

// 45 images, 5 steps of up to 10 an epoch.
const base: ExperimentInput = {
  name: 'base',
  data: synthetic({ shape: [3, 8, 8], classes: 10, train: 45, test: 20 }),
  model: smooth(resnet32({ depth: 8, classes: 10 })),
  optimizer: sgd({ momentum: 0.9, nesterov: true }),
  learningRate: steps(0.01, { at: [1], factor: 0.2 }),
  epochs: 2,
  batchSize: 10,
  device: 'cpu',
  threads: 2,
}

const settings: Record<string, Partial<ExperimentInput>> = {
  'shifts and flips': { augmentation: { shift: 4, flip: true } },
  'shifts as large as the images': {
    augmentation: { shift: 12, flip: false },
    normalization: 'channel',
    data: synthetic({ shape: [2, 12, 16], classes: 10, train: 45, test: 20 }),
  },
  'crops with black padding, and flips': { augmentation: { crop: {}, flip: true } },
  'crops with reflections': { augmentation: { crop: { padding: 7, mode: 'reflect' } } },
  'crops with the pixels of the border': {
    augmentation: { crop: { padding: 8, mode: 'edge' } },
    normalization: 'channel',
  },
  'crops with mirrored padding': { augmentation: { crop: { padding: 3, mode: 'symmetric' } } },
  cutout: { augmentation: { cutout: 5, crop: {} }, memoryFormat: 'contiguous' },
  flips: { augmentation: { shift: 0, flip: true }, seed: 2 ** 32 - 1 },
  'a validation split': { validation: { share: 0.2 }, augmentation: { shift: 4, flip: true } },
  "Keras's sequence": { batches: 'kerasSequence', epochs: 7, augmentation: { shift: 4, flip: true } },
  "Keras's sequence on a validation split": { batches: 'kerasSequence', epochs: 7, validation: { share: 0.15 } },
  'label smoothing': { loss: crossEntropy({ labelSmoothing: 0.1 }) },
  "Keras's loss": { loss: kerasCrossEntropy() },
  'L2, a layer excepted': { regularization: l2(0.1, { except: ['dense'] }) },
  'weight decay': { regularization: weightDecay(0.1) },
  'weight decay without momentum': { regularization: weightDecay(0.1), optimizer: sgd() },
  'L2 under Layca': { regularization: l2(0.1, { except: ['dense'] }), optimizer: layca(sgd({ momentum: 0.9 })) },
  'a rate that changes with every step': { learningRate: warmup(oneCycle(0.01), { epochs: 0.6 }) },
  'a rate that changes with every step, under Layca': {
    learningRate: cosine(0.01, { final: 0.001 }),
    optimizer: layca(sgd({ momentum: 0.9 })),
  },
  'four classes': {
    data: synthetic({ shape: [3, 8, 8], classes: 4, train: 45, test: 20 }),
    model: smooth(resnet32({ depth: 8, classes: 4 })),
    validation: { share: 0.2 },
  },
  'gradients bounded by their norm': { gradientClipping: clipNorm(0.5), regularization: weightDecay(0.1) },
  'each gradient bounded by its norm': { gradientClipping: clipNorm(0.05, { per: 'parameter' }) },
  'gradients bounded by value, under Layca': {
    gradientClipping: clipValue(1e-3),
    optimizer: layca(sgd({ momentum: 0.9 })),
  },
  'batches in parts': { accumulation: 5, augmentation: { shift: 4, flip: true } },
  'batches in parts, with bounded gradients': { accumulation: 2, gradientClipping: clipNorm(0.5) },
  'contiguous memory': { memoryFormat: 'contiguous', optimizer: layca(sgd()) },
}

describe('the PyTorch baseline agrees after training with', () => {
  test.each(Object.entries(settings))('%s', async (name, change) => {
    const input = { ...base, ...change, name: name.replaceAll(/[^a-z]+/gi, '-') }
    const { ours, theirs } = await trainBoth(input)
    expectSameTensors(await theirs.weights('last'), await ours.weights('last'), 1e-5)
    expectSameCurves(theirs, ours)
    if (input.validation) {
      expectSameTensors(await theirs.weights('best'), await ours.weights('best'), 1e-5)
      expect(ours.metrics.every((row) => row.valLoss !== null)).toBe(true)
    }
  })

  test('settings that matter: each changes the weights', async () => {
    const weights = async (name: string) => {
      const input = { ...base, ...settings[name], name: `changes-${name.replaceAll(/[^a-z]+/gi, '-')}` }
      const { ours } = await trainBoth(input)
      return ours.weights('last')
    }
    const unchanged = await weights('none')
    const names = ['shifts and flips', 'label smoothing', 'L2, a layer excepted', 'weight decay']
    const clipped = ['gradients bounded by their norm', 'each gradient bounded by its norm']
    for (const name of [...names, ...clipped, 'batches in parts']) {
      const differences = relativeDifferences(await weights(name), unchanged)
      expect(differences.get('conv.weight'), name).toBeGreaterThan(1e-4)
    }
  })
})

describe("Keras's loss", () => {
  // Weights this large make probabilities that are clipped on both sides.
  const hopeless: ExperimentInput = {
    ...base,
    name: 'hopeless',
    loss: kerasCrossEntropy(),
    optimizer: sgd(),
    learningRate: constant(30),
  }

  test('leaves clipped images without a gradient in both', async () => {
    const { ours, theirs } = await trainBoth({ ...hopeless, epochs: 1 })
    expect(theirs.metrics[0]!.trainLoss).toBeGreaterThan(5)
    expect(ours.metrics[0]!.trainLoss).toBeGreaterThan(5)
  })
})

describe('bf16', () => {
  // Products of eight bits: two correct programs that round in other places differ in the third digit.
  test('gives the values and gradients of PyTorch within its rounding, and not those of fp32', async () => {
    const input: ExperimentInput = { ...base, name: 'bf16', precision: 'bf16' }
    const { ours, theirs } = await probeBoth(input, { count: 20 })
    expectSameTensors(theirs, ours, 0.05)
    const { ours: fp32 } = await probeBoth({ ...input, precision: 'fp32' }, { count: 20 })
    for (const each of [ours, theirs]) {
      const difference = relativeDifferences(each, fp32).get('logits')
      expect(difference).toBeGreaterThan(1e-3)
      expect(difference).toBeLessThan(0.1)
    }
  })

  test('trains as PyTorch does', async () => {
    const input: ExperimentInput = { ...base, name: 'bf16', precision: 'bf16', optimizer: layca(sgd()) }
    const { ours, theirs } = await trainBoth(input)
    expectSameTensors(await theirs.weights('last'), await ours.weights('last'), 0.02)
  })
})
