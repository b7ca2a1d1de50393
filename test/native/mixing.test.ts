import { describe, expect, test } from 'vitest'
import type { LossConfig } from '../../src/loss/loss.js'
import { dense, flatten } from '../../src/model/layers.js'
import type { Mixing } from '../../src/native/contract.js'
import { failure } from '../support/failure.js'
import { needsPyTorch, pytorch } from '../support/pytorch/pytorch.js'
import { allKernels } from './support/kernels.js'
import { isAmongLargest, referenceLoss } from './support/losses.js'
import { normals } from './support/random.js'
import { images, seenImage, transparentTrainer } from './support/seen-image.js'
import { perceptron, smallTrainer, tensor, trainEpoch, weightsByName } from './support/small-trainer.js'
import { relativeDistance } from './support/vectors.js'

needsPyTorch()

const one = (partner: number, share: number, box: readonly number[] = [0, 0, 0, 0]): { mixing: Mixing } => ({
  mixing: { partners: Int32Array.of(partner), shares: Float64Array.of(share), boxes: Int32Array.from(box) },
})

describe.each(allKernels)('an image that is mixed with its partner, by %j,', (kernels) => {
  const shape = [3, 6, 7] as const
  const train = images(4, 126, 5)
  const spec = { mean: [64], deviation: [2], ...kernels }
  const normalized = (index: number) =>
    [...train.images.subarray(126 * index, 126 * (index + 1))].map((x) => (x - 64) / 2)

  test('is blended pixel by pixel', async () => {
    const trainer = await transparentTrainer(shape, train, spec)
    for (const share of [1, 0.5, 0.3, 0.001, 0]) {
      const seen = await seenImage(trainer, 2, 0, one(1, share))
      const other = normalized(1)
      const expected = normalized(2).map((value, i) => share * value + (1 - share) * other[i]!)
      expect(relativeDistance(seen, expected)).toBeLessThan(1e-7)
    }
  })

  test.each([[[0, 6, 0, 7]], [[1, 3, 2, 7]], [[5, 6, 0, 1]]])(
    'has the pixels of the partner in a box %j',
    async (box) => {
      const trainer = await transparentTrainer(shape, train, spec)
      const [top, bottom, left, right] = box as [number, number, number, number]
      const [own, other] = [normalized(2), normalized(1)]
      const expected = own.map((value, i) => {
        const [y, x] = [Math.floor((i % 42) / 7), i % 7]
        return y >= top && y < bottom && x >= left && x < right ? other[i]! : value
      })
      expect([...(await seenImage(trainer, 2, 0, one(1, 0.25, box)))]).toEqual(expected)
    },
  )

  test('is augmented before, as its partner is', async () => {
    const augmentation = { shift: 1, flip: true, cutout: 3 }
    const trainer = await transparentTrainer(shape, train, { ...spec, augmentation })
    const [own, other] = [await seenImage(trainer, 2, 9), await seenImage(trainer, 1, 9)]
    const expected = own.map((value, i) => 0.7 * value + 0.3 * other[i]!)
    expect(relativeDistance(await seenImage(trainer, 2, 9, one(1, 0.7)), expected)).toBeLessThan(1e-7)
  })
})

describe.each(allKernels)('the loss of images with two labels, by %j,', (kernels) => {
  const logits = [...Float32Array.from(normals(7, 4))].map((x) => Math.fround(2 * x))

  /** One step on images of the labels, from the same logits for all of them. */
  async function stepped(labels: readonly number[], mixing: Mixing, loss: LossConfig, batchSizes?: Int32Array) {
    const data = { images: new Uint8Array(labels.length), labels: Int32Array.from(labels) }
    const trainer = await smallTrainer({
      inputShape: [1, 1, 1],
      classes: 7,
      layers: [flatten({ name: 'flatten' }), dense({ name: 'dense0', units: 7 })],
      data: { mean: Float64Array.of(0), deviation: Float64Array.of(1), train: data, test: data },
      loss,
      ...kernels,
    })
    await trainer.setWeights([tensor('dense0.weight', [7, 1], new Float32Array(7)), tensor('dense0.bias', [7], logits)])
    const order = Int32Array.from(labels.keys())
    const sizes = batchSizes ?? Int32Array.of(labels.length)
    const { loss: found, accuracy, sums } = await trainEpoch(trainer, { order, batchSizes: sizes, mixing, rate: 1 })
    const bias = (await weightsByName(trainer)).get('dense0.bias')!
    return { loss: found, accuracy, sums, gradient: logits.map((x, c) => x - bias[c]!) }
  }

  const labels = [0, 3, 6, 2, 2]
  const partners = [...labels.keys()].reverse()

  test.each([0, 0.1])('is that of both, in their shares, with label smoothing %d', async (labelSmoothing) => {
    const loss: LossConfig = { type: 'crossEntropy', labelSmoothing }
    for (const share of [0, 0.3, 0.75, 1]) {
      const mixing = { partners: Int32Array.from(partners), shares: Float64Array.of(share), boxes: new Int32Array(4) }
      const found = await stepped(labels, mixing, loss)
      const each = labels.map((label, i) => [
        { weight: share / 5, ...referenceLoss(loss, logits, label), label },
        {
          weight: (1 - share) / 5,
          ...referenceLoss(loss, logits, labels[partners[i]!]!),
          label: labels[partners[i]!]!,
        },
      ])
      const sum = (value: (of: (typeof each)[number][number]) => number) =>
        each.flat().reduce((total, of) => total + of.weight * value(of), 0)
      expect(found.loss / sum((of) => of.loss)).toBeCloseTo(1, 6)
      expect(found.accuracy).toBeCloseTo(
        sum((of) => Number(isAmongLargest(logits, of.label, 1))),
        12,
      )
      for (const c of logits.keys())
        expect(found.gradient[c]).toBeCloseTo(
          sum((of) => of.gradient[c]!),
          6,
        )
      const targets = labels.map((label, i) => {
        const row = new Array<number>(7).fill(0)
        row[label]! += share
        row[labels[partners[i]!]!]! += 1 - share
        return row
      })
      const theirs = (await pytorch('test/native/soft_labels.py', logits, targets, labelSmoothing)) as {
        loss: number
        gradient: number[]
      }
      expect(found.loss / theirs.loss).toBeCloseTo(1, 6)
      expect(relativeDistance(found.gradient, theirs.gradient)).toBeLessThan(1e-5)
    }
  })

  test('of an epoch in two parts is that of the whole, to the last bit', async () => {
    const loss: LossConfig = { type: 'crossEntropy', labelSmoothing: 0 }
    const shares = Float64Array.of(0.3, 0.9)
    const mixing = { partners: Int32Array.of(1, 0, 4, 3, 2), shares, boxes: new Int32Array(8) }
    const whole = await stepped(labels, mixing, loss, Int32Array.of(2, 3))
    const trainer = await smallTrainer({ inputShape: [1, 7, 5], layers: perceptron, ...kernels })
    const other = await smallTrainer({ inputShape: [1, 7, 5], layers: perceptron, ...kernels })
    const request = { order: Int32Array.of(4, 9, 2, 7, 1), batchSizes: Int32Array.of(2, 3), mixing }
    const first = {
      order: Int32Array.of(4, 9),
      batchSizes: Int32Array.of(2),
      mixing: { partners: mixing.partners.subarray(0, 2), shares: shares.subarray(0, 1), boxes: new Int32Array(4) },
    }
    const second = {
      order: Int32Array.of(2, 7, 1),
      batchSizes: Int32Array.of(3),
      mixing: { partners: mixing.partners.subarray(2), shares: shares.subarray(1), boxes: new Int32Array(4) },
    }
    const expected = await trainEpoch(trainer, request)
    const { sums } = await trainEpoch(other, first)
    const found = await trainEpoch(other, { ...second, sums })
    expect(found.sums).toEqual(expected.sums)
    expect(found.accuracy).toBe(expected.accuracy)
    expect(await other.weights()).toEqual(await trainer.weights())
    expect(whole.sums.examples).toBe(5)
  })
})

describe('mixed images', () => {
  const spec = { inputShape: [3, 4, 5], layers: perceptron, augmentation: { shift: 1, flip: true, cutout: 2 } }
  const data = {
    train: { ...images(21, 60, 1), labels: Int32Array.from({ length: 21 }, (_, i) => i % 4) },
    test: images(10, 60, 2),
  }
  const mixing: Mixing = {
    partners: Int32Array.from({ length: 21 }, (_, i) => (7 * i + 3) % 21),
    shares: Float64Array.of(0.3, 0.5, 0.8),
    boxes: Int32Array.of(0, 0, 0, 0, 1, 3, 1, 5, 0, 0, 0, 0),
  }

  test.each([{}, { memoryFormat: 'contiguous' }, { precision: 'bf16' }] as const)(
    'train alike by all kernels, with %j, in parts too',
    async (change) => {
      const results = []
      const tolerance = 'precision' in change ? 1e-2 : 1e-5
      for (const kernels of [...allKernels, { microBatch: 3 }, { microBatch: 3, blockKernels: true }]) {
        const layers = perceptron.filter(({ type }) => type !== 'batchNorm')
        const trainer = await smallTrainer({ ...spec, ...change, ...kernels, layers, data })
        results.push(await trainEpoch(trainer, { mixing, augmentationKey: 5, rate: 0.05 }))
      }
      for (const { losses, accuracy, status } of results) {
        expect(status).toBe('finished')
        expect(relativeDistance(losses, results[0]!.losses)).toBeLessThan(tolerance)
        expect(accuracy).toBeCloseTo(results[0]!.accuracy, 'precision' in change ? 1 : 9)
      }
    },
  )

  test('give the same bits on one thread and on two', async () => {
    for (const kernels of [{}, { blockKernels: true }]) {
      const results = []
      for (const threads of [1, 2]) {
        const trainer = await smallTrainer({ ...spec, ...kernels, data, threads })
        results.push([await trainEpoch(trainer, { mixing }), await trainer.weights()])
      }
      expect(results[1]).toEqual(results[0])
    }
  })

  test('are looked through for a layer whose output is not finite', async () => {
    const trainer = await smallTrainer({ ...spec, data })
    const batch = { order: Int32Array.of(1), batchSizes: Int32Array.of(1), augmentationKey: 0, ...one(2, 0.5) }
    expect(await trainer.notFinite(batch)).toEqual({ tensors: [] })
    expect(await trainer.timeInput(batch)).toHaveLength(1)
  })

  test.each<[string, Partial<Mixing>, string]>([
    ['partners that are missing', { partners: Int32Array.of(1) }, 'mixing.partners: expected a partner for each image'],
    [
      'a partner beyond the data',
      { partners: new Int32Array(21).fill(21) },
      'mixing.partners: index 21 is not in 0 … 20',
    ],
    ['a share above 1', { shares: Float64Array.of(0, 1, 1.5) }, 'mixing.shares: expected a number of 0 … 1'],
    ['a share that is no number', { shares: Float64Array.of(0, 1, NaN) }, 'mixing.shares: expected a number of 0 … 1'],
    ['boxes that are missing', { boxes: new Int32Array(4) }, 'mixing.boxes: expected four numbers for each step'],
    [
      'a box beyond the image',
      { boxes: Int32Array.of(0, 5, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0) },
      'mixing.boxes: expected boxes',
    ],
    [
      'a box that ends early',
      { boxes: Int32Array.of(3, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0) },
      'mixing.boxes: expected boxes',
    ],
  ])('are refused with %s', async (_, change, message) => {
    const trainer = await smallTrainer({ ...spec, data })
    expect(await failure(() => trainEpoch(trainer, { mixing: { ...mixing, ...change } }))).toContain(message)
  })

  test('are refused unless they are images', async () => {
    const trainer = await smallTrainer()
    expect(await failure(() => trainEpoch(trainer, { mixing }))).toContain('mixing: expected images of shape')
  })
})
