import { beforeAll, describe, expect, test, vi } from 'vitest'
import { mix } from '../../src/random.js'
import { failure } from '../support/failure.js'
import { needsPyTorch, pytorch } from '../support/pytorch/pytorch.js'
import { torchvisionFolder } from '../support/pytorch/torchvision.js'
import { inTier } from '../support/tier.js'
import type { ImageShape } from './support/augmentation.js'
import { allKernels } from './support/kernels.js'
import { drawnOperations, keysOfOperations, warpedPlace, type Drawn } from './support/operations.js'
import { integers } from './support/random.js'
import { seenImage, transparentTrainer } from './support/seen-image.js'
import { perceptron, randomSplit, smallTrainer, trainEpoch } from './support/small-trainer.js'
import { relativeDistance } from './support/vectors.js'

needsPyTorch()

// Importing torchvision takes long where other work keeps the processor busy.
vi.setConfig({ testTimeout: 300_000 })

let torchvision: string | undefined
beforeAll(async () => void (torchvision = await torchvisionFolder()), 300_000)

type Job = { image: Uint8Array; operations: (Drawn & { magnitude: number })[] }

/** Changes images by torchvision. */
async function byTorchvision(shape: ImageShape, jobs: readonly Job[]): Promise<Uint8Array[]> {
  const encoded = jobs.map(({ image, operations }) => [
    Buffer.from(image).toString('base64'),
    operations.map(({ name, magnitude, sign }) => [name, magnitude, sign]),
  ])
  const results = await pytorch('test/native/torchvision_operations.py', torchvision, shape, encoded)
  return (results as string[]).map((result) => new Uint8Array(Buffer.from(result, 'base64')))
}

const size = ([channels, height, width]: ImageShape) => channels * height * width

/** Images as photographs have them, smooth with edges and a little noise; and noise, few values, one value. */
function imagesOf(shape: ImageShape): Uint8Array[] {
  const [, height, width] = shape
  const noise = integers(size(shape), 256, 3)
  const each = (pixel: (channel: number, y: number, x: number, noise: number) => number) =>
    Uint8Array.from({ length: size(shape) }, (_, i) => {
      const [channel, at] = [Math.floor(i / (height * width)), i % (height * width)]
      return pixel(channel, Math.floor(at / width) / height, (at % width) / width, noise[i]!)
    })
  const inDisc = (y: number, x: number) => (y - 0.4) ** 2 + (x - 0.6) ** 2 < 0.07
  return [
    each((channel, y, x, noise) =>
      inDisc(y, x)
        ? 200 - 40 * channel - noise / 20
        : 60 + 50 * Math.sin(3 * x + channel) + 60 * y + 20 * channel + noise / 16,
    ),
    Uint8Array.from(noise),
    each((channel, _y, x, noise) => 100 + 10 * channel + Math.floor(4 * x) + (noise % 3)),
    each((channel) => 77 * channel),
  ]
}

const splitOf = (images: readonly Uint8Array[]) => ({
  images: Uint8Array.from(images.flatMap((image) => [...image])),
  labels: new Int32Array(images.length),
})

/** Tells whether the pixel comes from the middle between two, to rounding. */
function isBetweenTwo(drawn: Drawn, magnitude: number, [, height, width]: ImageShape, i: number): boolean {
  const at = i % (height * width)
  const place = warpedPlace(drawn, magnitude, [height, width], [Math.floor(at / width), at % width])
  return place.some((x) => Math.abs(x - Math.floor(x) - 0.5) < 1e-4)
}

const shapes: ImageShape[] = [
  [3, 32, 32],
  [1, 28, 28],
  [3, 33, 47],
  [3, 7, 5],
  [1, 2, 9],
  [3, 1, 1],
]
const warps = ['ShearX', 'ShearY', 'TranslateX', 'TranslateY', 'Rotate']

describe.each(allKernels)('RandAugment by %j', (kernels) => {
  const all = inTier([0, 1, 4, 9, 15, 20, 30], [...Array(31).keys()])
  const magnitudes = Object.keys(kernels).length === 0 ? all : inTier([9, 20], all)

  test.each(shapes)('changes images [%i, %i, %i] as torchvision does, by each operation', async (...shape) => {
    if (torchvision === undefined) return
    const given = imagesOf(shape)
    const train = splitOf(given)
    const jobs: Job[] = []
    const seen: Float32Array[] = []
    for (const magnitude of magnitudes) {
      const augmentation = { shift: 0, flip: false, randAugment: { operations: 1, magnitude } }
      const trainer = await transparentTrainer(shape, train, { augmentation, ...kernels })
      for (const [index, image] of given.entries()) {
        for (const [drawn, key] of keysOfOperations(index)) {
          jobs.push({ image, operations: [{ ...drawn, magnitude }] })
          seen.push(await seenImage(trainer, index, key))
        }
      }
    }
    const expected = await byTorchvision(shape, jobs)
    let between = 0
    for (const [job, pixels] of expected.entries()) {
      const drawn = jobs[job]!.operations[0]!
      for (const [i, pixel] of pixels.entries()) {
        if (seen[job]![i] === pixel) continue
        // The sums of few pixels are rounded otherwise, so that the other one of two pixels may be taken.
        const isTie = warps.includes(drawn.name) && isBetweenTwo(drawn, drawn.magnitude, shape, i)
        expect(isTie, `${JSON.stringify(drawn)}: ${seen[job]![i]} for ${pixel} at ${i}`).toBe(true)
        between++
      }
    }
    if (size(shape) / shape[0] > 70) expect(between).toBe(0)
  })

  test('follows crop and flip, before normalisation, cutout and a mixture; its operations follow each other', async () => {
    if (torchvision === undefined) return
    const shape: ImageShape = [3, 16, 19]
    const given = imagesOf(shape)
    const [train, crop] = [splitOf(given), { padding: 3, mode: 'constant' } as const]
    const placed = { shift: 0, flip: true, crop }
    const plain = await transparentTrainer(shape, train, { augmentation: placed, ...kernels })
    const randAugment = { operations: 3, magnitude: 12 }
    const augmentation = { ...placed, randAugment, cutout: 6 }
    const changed = await transparentTrainer(shape, train, {
      augmentation,
      mean: [64],
      deviation: [2],
      ...kernels,
    })
    const jobs: Job[] = []
    for (let key = 0; key < 40; key++) {
      for (const index of [key % 4, (key + 1) % 4]) {
        const drawn = drawnOperations(mix(key), index, 3)
        const image = Uint8Array.from(await seenImage(plain, index, mix(key)))
        jobs.push({ image, operations: drawn.map((each) => ({ ...each, magnitude: 12 })) })
      }
    }
    const expected = await byTorchvision(shape, jobs)
    for (let key = 0; key < 40; key++) {
      const [own, other] = [key % 4, (key + 1) % 4]
      const mixing = { partners: Int32Array.of(other), shares: Float64Array.of(0.7), boxes: new Int32Array(4) }
      const [alone, partner, both] = [
        await seenImage(changed, own, mix(key)),
        await seenImage(changed, other, mix(key)),
        await seenImage(changed, own, mix(key), { mixing }),
      ]
      for (const [seen, job] of [
        [alone, 2 * key],
        [partner, 2 * key + 1],
      ] as const) {
        // The square of cutout is 0, and so may pixels of the value of the mean be.
        const difference = [...seen].findIndex((value, i) => value !== 0 && value !== (expected[job]![i]! - 64) / 2)
        expect(difference, JSON.stringify(jobs[job]!.operations)).toBe(-1)
        expect([...seen].filter((value) => value === 0).length).toBeGreaterThanOrEqual(27)
      }
      const blended = alone.map((value, i) => 0.7 * value + 0.3 * partner[i]!)
      expect(relativeDistance(both, blended)).toBeLessThan(1e-7)
    }
  })
})

test('every operation and both signs are equally likely, for each of an image, whatever the others are', () => {
  const n = 100_000
  const counts = new Map<string, number>()
  for (let image = 0; image < n; image++) {
    const [first, second] = drawnOperations(mix(5), image, 2) as [Drawn, Drawn]
    for (const name of [`0 ${first.name}`, `1 ${second.name}`, `0 ${first.sign}`, `1 ${second.sign}`]) {
      counts.set(name, (counts.get(name) ?? 0) + 1)
    }
    const pair = `${first.name} ${second.name}`
    counts.set(pair, (counts.get(pair) ?? 0) + 1)
  }
  expect(counts.size).toBe(2 * 14 + 2 * 2 + 14 * 14)
  for (const [name, found] of counts) {
    const share = /^[01] -?1$/.test(name) ? 1 / 2 : /^[01] /.test(name) ? 1 / 14 : 1 / 196
    // Five standard deviations.
    expect(Math.abs(found / n - share), name).toBeLessThan(5 * Math.sqrt((share * (1 - share)) / n))
  }
})

describe('a training with RandAugment', () => {
  const shape = [3, 9, 11]
  const data = { train: randomSplit(61, 5, 297), test: randomSplit(10, 6, 297) }
  const augmentation = { shift: 2, flip: true, randAugment: { operations: 2, magnitude: 9 } }
  const layers = perceptron.filter(({ type }) => type !== 'batchNorm')
  const spec = { inputShape: shape, layers, augmentation, data }
  const request = {
    order: Int32Array.from({ length: 61 }, (_, i) => (7 * i) % 61),
    batchSize: 16,
    augmentationKey: 5,
    rate: 0.05,
  }
  const mixing = {
    partners: Int32Array.from({ length: 61 }, (_, i) => (11 * i + 3) % 61),
    shares: Float64Array.of(0.3, 1, 0.8, 0.5),
    boxes: Int32Array.of(0, 0, 0, 0, 0, 0, 0, 0, 1, 5, 2, 9, 0, 0, 0, 0),
  }

  test.each([{}, { precision: 'bf16' }] as const)(
    'sees the same by all kernels, in parts too, with %j',
    async (change) => {
      for (const mixed of [{}, { mixing }]) {
        const losses = []
        for (const kernels of [...allKernels, { microBatch: 5 }, { microBatch: 5, blockKernels: true }]) {
          const trainer = await smallTrainer({ ...spec, ...change, ...kernels })
          losses.push((await trainEpoch(trainer, { ...request, ...mixed })).losses)
        }
        for (const found of losses) {
          expect(relativeDistance(found, losses[0]!)).toBeLessThan('precision' in change ? 1e-2 : 1e-5)
        }
      }
    },
  )

  test('has the same bits on one thread and on two', async () => {
    for (const kernels of allKernels) {
      const results = []
      for (const threads of [1, 2]) {
        const trainer = await smallTrainer({ ...spec, ...kernels, threads })
        results.push([await trainEpoch(trainer, { ...request, mixing }), await trainer.weights()])
      }
      expect(results[1]).toEqual(results[0])
    }
  })

  test('evaluates images as they are', async () => {
    const plain = await smallTrainer({ ...spec, augmentation: { shift: 0, flip: false } })
    const changed = await smallTrainer(spec)
    for (const split of ['train', 'test'] as const) {
      expect(await changed.evaluate(split, 7)).toEqual(await plain.evaluate(split, 7))
    }
  })

  const bytes = randomSplit(3, 1, 60)
  const floats = { images: Float32Array.from(bytes.images), labels: bytes.labels }
  test.each<[string, object, string]>([
    [
      'two channels',
      { inputShape: [2, 5, 6], data: { train: bytes, test: bytes } },
      'one channel or three, found shape',
    ],
    ['no channels', { inputShape: [10, 6], data: { train: bytes, test: bytes } }, 'one channel or three, found shape'],
    [
      'numbers of fp32',
      { inputShape: [3, 4, 5], data: { train: floats, test: floats } },
      'found fp32 numbers of shape',
    ],
    [
      'no operation',
      { augmentation: { ...augmentation, randAugment: { operations: 0, magnitude: 9 } } },
      'operations: expected an integer of at least 1, found 0',
    ],
    [
      'a magnitude beyond',
      { augmentation: { ...augmentation, randAugment: { operations: 1, magnitude: 31 } } },
      'magnitude: expected an integer of at most 30, found 31',
    ],
  ])('is refused with %s', async (_, change, message) => {
    expect(await failure(() => smallTrainer({ ...spec, ...change }))).toContain(message)
  })
})
