import { describe, expect, test } from 'vitest'
import { dense, flatten } from '../../src/model/layers.js'
import { mix } from '../../src/random.js'
import { placed, placement, type ImageShape } from './support/augmentation.js'
import { images, seenImage, transparentTrainer } from './support/seen-image.js'
import { randomSplit, smallTrainer, trainEpoch, type SmallSpec } from './support/small-trainer.js'

const count = ([channels, height, width]: ImageShape) => channels * height * width

/** Checks that images 0 … 4 come as the formulas say, under `keys` keys; returns the placements that there were. */
async function comesAsPlaced(
  shape: ImageShape,
  augmentation: { shift: number; flip: boolean },
  { keys = 20, preferAten = false } = {},
) {
  const train = images(5, count(shape), 7)
  const trainer = await transparentTrainer(shape, train, { augmentation, preferAten })
  const met = new Set<string>()
  for (let key = 0; key < keys; key++) {
    const [index, epochKey] = [key % 5, mix(key)]
    const place = placement(epochKey, index, augmentation.shift, augmentation.flip)
    const image = train.images.subarray(index * count(shape), (index + 1) * count(shape))
    expect([...(await seenImage(trainer, index, epochKey))]).toEqual(placed(image, shape, place))
    met.add(JSON.stringify(place))
  }
  return met
}

describe.each([false, true])('an image in training, from ATen: %j,', (preferAten) => {
  test('is shifted and mirrored by every shift that there is', async () => {
    const met = await comesAsPlaced([3, 5, 7], { shift: 2, flip: true }, { keys: 500, preferAten })
    expect(met.size).toBe(5 * 5 * 2)
  })

  test.each<[number, ImageShape]>([
    [1, [1, 1, 1]],
    [4, [3, 32, 32]],
    [4, [2, 3, 33]],
    [3, [1, 3, 3]],
    [4, [2, 3, 2]],
    [40, [1, 4, 1]],
    [40, [2, 5, 7]],
    [8192, [1, 2, 3]],
  ])('is shifted by up to %i in the shape %j', async (shift, shape) => {
    await comesAsPlaced(shape, { shift, flip: true }, { preferAten })
    await comesAsPlaced(shape, { shift, flip: false }, { preferAten })
  })

  test('is only mirrored if the largest shift is 0', async () => {
    const met = await comesAsPlaced([2, 3, 5], { shift: 0, flip: true }, { preferAten })
    expect(met.size).toBe(2)
  })

  test('is unchanged without augmentation', async () => {
    await comesAsPlaced([2, 3, 5], { shift: 0, flip: false }, { preferAten })
  })
})

test('shifts are as likely as a rounded uniform one: twice as likely inside as at both ends; every second image is mirrored', () => {
  const shifts = { dy: new Map<number, number>(), dx: new Map<number, number>() }
  const n = 200_000
  let mirrored = 0
  for (let i = 0; i < n; i++) {
    const { dy, dx, flip } = placement(mix(3), i, 4, true)
    shifts.dy.set(dy, (shifts.dy.get(dy) ?? 0) + 1)
    shifts.dx.set(dx, (shifts.dx.get(dx) ?? 0) + 1)
    mirrored += Number(flip)
  }
  for (const counts of Object.values(shifts)) {
    expect([...counts.keys()].sort((a, b) => a - b)).toEqual([-4, -3, -2, -1, 0, 1, 2, 3, 4])
    for (const [shift, found] of counts) expect(found / n).toBeCloseTo(Math.abs(shift) === 4 ? 1 / 16 : 1 / 8, 2)
  }
  expect(mirrored / n).toBeCloseTo(0.5, 2)
})

describe('the augmentation of an image', () => {
  const augmentation = { shift: 3, flip: true }
  const order = Int32Array.from({ length: 600 }, (_, i) => (i * 7) % 600)
  const data = { train: randomSplit(600, 5, 3 * 19 * 21), test: randomSplit(10, 6, 3 * 19 * 21) }
  const layers = [flatten({ name: 'flatten' }), dense({ name: 'dense0', units: 4 })]
  const trainer = (spec: SmallSpec = {}) =>
    smallTrainer({ inputShape: [3, 19, 21], data, layers, augmentation, ...spec })

  /** The losses of batches of `batchSize`, under weights that stay as they are. */
  async function losses(
    batchSize: number,
    { augmentationKey = 11, ...spec }: SmallSpec & { augmentationKey?: number } = {},
  ) {
    const { losses } = await trainEpoch(await trainer(spec), { order, batchSize, augmentationKey, rate: 0 })
    return losses
  }

  /**
   * Returns the largest difference between the mean losses of batches of `size` images and those of the images alone.
   */
  function difference(alone: Float64Array, batches: Float64Array, size: number) {
    const apart = [...batches].map((loss, i) => {
      const part = alone.subarray(i * size, (i + 1) * size)
      return Math.abs(loss / (part.reduce((sum, x) => sum + x) / part.length) - 1)
    })
    return Math.max(...apart)
  }

  test.each([7, 128, 600])('does not depend on the size of its batch, %i', async (size) => {
    expect(difference(await losses(1), await losses(size), size)).toBeLessThan(1e-5)
  })

  test('does not depend on threads', async () => {
    expect(difference(await losses(1), await losses(600, { threads: 2 }), 600)).toBeLessThan(1e-5)
  })

  test('changes with the key', async () => {
    const [one, other] = [await losses(1), await losses(1, { augmentationKey: 12 })]
    expect(one.filter((loss, i) => loss === other[i]).length).toBeLessThan(30)
  })

  test('happens in training alone', async () => {
    const [augmented, plain] = [await trainer(), await trainer({ augmentation: { shift: 0, flip: false } })]
    expect(await augmented.evaluate('train', 50)).toEqual(await plain.evaluate('train', 50))
    const indices = Int32Array.of(5, 17, 99)
    expect(await augmented.probe(indices, 'train')).toEqual(await plain.probe(indices, 'train'))
  })
})
