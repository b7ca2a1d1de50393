import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { describeFinish, describeStart } from '../../src/cli/progress/describe.js'
import type { ExperimentConfig } from '../../src/experiment/config.js'
import { RotationTable } from '../../src/rotation/rotation-table.js'
import { syntheticRun } from '../figure/synthetic-run.js'

function start(config: Partial<ExperimentConfig>, fasterPrecision: 'bf16' | null = null): string[] {
  const run = syntheticRun({ config })
  const size = {
    layers: ['dense0', 'dense1'],
    parameterCount: 1000,
    stepsPerEpoch: 5,
    evaluatedExamples: 100,
    fasterPrecision,
    position: { epoch: 0, step: 0 },
  }
  return describeStart({ config: run.config, folder: '/runs/a', device: 'cpu', ...size }).map(stripVTControlCharacters)
}

test('a start names precision, and the settings that are not the usual ones', () => {
  expect(start({})).toHaveLength(2)
  expect(start({})[0]).toBe('synthetic  1,000 parameters in 2 layers, 100 epochs of 5 steps, seed 1, on cpu in fp32')
  expect(start({}, 'bf16')[0]).toMatch(/, on cpu in fp32 \(bf16 is faster on this CPU\)$/)
  const special = start({
    precision: 'bf16',
    loss: { type: 'crossEntropy', labelSmoothing: 0.1 },
    regularization: { type: 'weightDecay', factor: 5e-4 },
    groups: [{ match: { kind: 'bias' }, trained: true }],
    augmentation: {
      shift: 0,
      flip: true,
      crop: { padding: 4, mode: 'reflect' },
      randAugment: { operations: 2, magnitude: 9 },
      cutout: 0,
      randomErasing: { probability: 0.25, scale: [0.02, 0.33], ratio: [0.3, 3.3] },
      mixing: { mixup: 0.2, cutmix: 1, probability: 0.5 },
    },
    validation: { share: 0.1 },
    batches: 'kerasSequence',
    evaluation: { every: 5, images: 1000, initial: true },
  })
  expect(special[0]).toContain('on cpu in bf16')
  expect(special[1]).toBe(
    'with      cross-entropy, label smoothing 0.1, weight decay 0.0005 on all parameters that train, groups (bias: ' +
      'trained), crops with 4 pixels of reflect padding, flips, RandAugment (2 operations of magnitude 9), ' +
      'random erasing in 25 % of the images (boxes of 0.02 to 0.33 of the area, 0.3 to 3.3 as high as wide) and mixup (α 0.2) or CutMix ' +
      '(α 1) of 50 % of the batches, 10 % of the training images validate, ' +
      'evaluations of at most 1,000 images, every 5 epochs, before the first step, batches as in Keras',
  )
})

test('a finish names the best epoch on the validation images, if there are any', () => {
  const run = syntheticRun({ validates: true, epochs: 20 })
  const test = (100 * run.best!.testAccuracy!).toFixed(2)
  const lines = describeFinish(run).map(stripVTControlCharacters)
  expect(lines[0]).toContain('of the test images (top-5 98.76 %), ')
  expect(lines[1]).toBe(`best      after epoch 10: 90.00 % of the validation images, ${test} % of the test images`)
  expect(describeFinish(syntheticRun()).join()).not.toMatch(/best|top-5/)
})

test('a finish names the accuracy of the averaged weights', () => {
  const run = syntheticRun({ epochs: 3 })
  const metrics = run.metrics.map((row) => ({ ...row, averageTestLoss: 0.1, averageTestAccuracy: 0.9712 }))
  const lines = describeFinish({ ...run, metrics }).map(stripVTControlCharacters)
  expect(lines[1]).toBe('average   97.12 % of the test images right, by the averaged weights')
})

test('a finish of many layers gives their mean rotation, and over how many of them', () => {
  const layers = Array.from({ length: 12 }, (_, i) => `conv${i}`)
  const lastLine = (values: number[]) => {
    const rotation = new RotationTable(layers, [0, 1], [layers.map(() => 0), values])
    return describeFinish({ ...syntheticRun({ layers }), rotation }).at(-1)
  }
  expect(lastLine(layers.map(() => 0.25))).toBe('rotation  0.250 on average over 12 layers')
  expect(lastLine([NaN, NaN, ...Array<number>(10).fill(0.25)])).toBe(
    'rotation  0.250 on average over the 10 of 12 layers that have one',
  )
})

test('a finish before the last epoch says why, at the end', () => {
  const run = syntheticRun({ epochs: 20, config: { epochs: 50 } })
  run.status.reason = 'the loss of 0.1 is at most 0.2 (stopping.finished)'
  expect(describeFinish(run).at(-1)).toBe(
    'stopped   after 20 of 50 epochs: the loss of 0.1 is at most 0.2 (stopping.finished)',
  )
  expect(describeFinish(syntheticRun()).join()).not.toContain('stopped')
})
