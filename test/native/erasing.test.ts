import { describe, expect, test } from 'vitest'
import { failure } from '../support/failure.js'
import { allKernels } from './support/kernels.js'
import { images, seenImage, transparentTrainer } from './support/seen-image.js'
import { perceptron, randomSplit, smallTrainer, trainEpoch } from './support/small-trainer.js'
import { relativeDistance } from './support/vectors.js'

type Box = readonly [top: number, bottom: number, left: number, right: number]

const shape = [3, 6, 7] as const
const boxes: Box[] = [
  [0, 0, 0, 0],
  [1, 4, 2, 6],
  [0, 6, 0, 1],
  [5, 6, 6, 7],
]

/** The values of an image with 0 in a box. */
const erased = (values: Iterable<number>, [top, bottom, left, right]: Box) =>
  Array.from(values, (value, i) => {
    const [y, x] = [Math.floor((i % 42) / 7), i % 7]
    return y >= top && y < bottom && x >= left && x < right ? 0 : value
  })

describe.each(allKernels)('an image by %j', (kernels) => {
  const train = images(4, 126, 5)
  const spec = { mean: [64], deviation: [2], ...kernels }

  test('is 0 after normalisation in its box', async () => {
    const augmentation = { shift: 1, flip: true }
    const trainer = await transparentTrainer(shape, train, { ...spec, augmentation })
    for (const [key, box] of boxes.entries()) {
      const plain = await seenImage(trainer, 2, key)
      expect([...(await seenImage(trainer, 2, key, { erased: Int32Array.from(box) }))]).toEqual(erased(plain, box))
    }
  })

  test('is mixed after that, each of both with its own box', async () => {
    const trainer = await transparentTrainer(shape, train, spec)
    const [own, other] = [await seenImage(trainer, 2, 9), await seenImage(trainer, 1, 9)]
    for (const [i, box] of boxes.entries()) {
      const partners = boxes[(i + 1) % 4]!
      const mixing = {
        partners: Int32Array.of(1),
        shares: Float64Array.of(0.7),
        boxes: new Int32Array(4),
        erased: Int32Array.from(partners),
      }
      const seen = await seenImage(trainer, 2, 9, { erased: Int32Array.from(box), mixing })
      const theirs = erased(other, partners)
      const expected = erased(own, box).map((value, i) => 0.7 * value + 0.3 * theirs[i]!)
      expect(relativeDistance(seen, expected)).toBeLessThan(1e-7)
    }
  })
})

describe('boxes that are erased', () => {
  const data = { train: randomSplit(21, 1, 60), test: randomSplit(10, 2, 60) }
  const layers = perceptron.filter(({ type }) => type !== 'batchNorm')
  const spec = { inputShape: [3, 4, 5], layers, augmentation: { shift: 1, flip: true }, data }
  const ofImages = (first: number) =>
    Int32Array.from(Array.from({ length: 21 }, (_, i) => [i % 3, 2 + (i % 3), 0, (first + i) % 6]).flat())
  const erased = ofImages(0)
  const mixing = {
    partners: Int32Array.from({ length: 21 }, (_, i) => (7 * i + 3) % 21),
    shares: Float64Array.of(0.3, 1, 0.8),
    boxes: Int32Array.of(0, 0, 0, 0, 0, 0, 0, 0, 1, 3, 1, 5),
    erased: ofImages(2),
  }

  test('train alike by all kernels, in parts too', async () => {
    for (const changes of [{ erased }, { erased, mixing }]) {
      const losses = []
      for (const kernels of [...allKernels, { microBatch: 4 }, { microBatch: 4, blockKernels: true }]) {
        losses.push((await trainEpoch(await smallTrainer({ ...spec, ...kernels }), changes)).losses)
      }
      for (const found of losses) expect(relativeDistance(found, losses[0]!)).toBeLessThan(1e-5)
    }
  })

  test('change what is learned, and go when an epoch has none', async () => {
    for (const kernels of allKernels) {
      const [trainer, plain] = [
        await smallTrainer({ ...spec, ...kernels }),
        await smallTrainer({ ...spec, ...kernels }),
      ]
      const initial = await trainer.weights()
      const { losses } = await trainEpoch(trainer, { erased })
      await trainer.setWeights(initial)
      const expected = (await trainEpoch(plain)).losses
      expect(losses).not.toEqual(expected)
      expect((await trainEpoch(trainer)).losses).toEqual(expected)
    }
  })

  test('have the same bits on one thread and on two, and where a layer is looked for whose output is not finite', async () => {
    const results = []
    for (const threads of [1, 2]) {
      const trainer = await smallTrainer({ ...spec, threads })
      const batch = { order: Int32Array.of(1), batchSizes: Int32Array.of(1), augmentationKey: 0 }
      expect(await trainer.notFinite({ ...batch, erased: Int32Array.of(0, 1, 0, 1) })).toEqual({ tensors: [] })
      results.push([await trainEpoch(trainer, { erased, mixing }), await trainer.weights()])
    }
    expect(results[1]).toEqual(results[0])
  })

  test.each<[string, Int32Array, string]>([
    ['that are missing', new Int32Array(4), 'erased: expected four numbers for each image of order'],
    [
      'beyond the image',
      Int32Array.from({ length: 84 }, (_, i) => (i % 4 === 1 ? 5 : 0)),
      'erased: expected boxes inside',
    ],
    [
      'that end early',
      Int32Array.from({ length: 84 }, (_, i) => (i % 4 === 2 ? 5 : 0)),
      'erased: expected boxes inside',
    ],
  ])('are refused with some %s', async (_, boxes, message) => {
    const trainer = await smallTrainer(spec)
    expect(await failure(() => trainEpoch(trainer, { erased: boxes }))).toContain(message)
    expect(await failure(() => trainEpoch(trainer, { erased, mixing: { ...mixing, erased: boxes } }))).toContain(
      `mixing.${message}`,
    )
  })

  test('are refused unless they are of images', async () => {
    const trainer = await smallTrainer()
    expect(await failure(() => trainEpoch(trainer, { erased }))).toContain('erased: expected images of shape')
  })
})
