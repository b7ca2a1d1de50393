import { describe, expect, test } from 'vitest'
import { loadData } from '../../src/data/load-data.js'
import { synthetic } from '../../src/data/synthetic/synthetic.js'
import { failure } from '../support/failure.js'

/** The definition in arithmetic of its own: 64-bit integers, pixel by pixel. */
function pixel(
  { shape, classes }: { shape: readonly number[]; classes: number },
  seed: number,
  [i, c, y, x]: readonly [number, number, number, number],
): number {
  const word = 0xffffffffn
  const mix = (v: bigint) => {
    v = ((v ^ (v >> 16n)) * 0x7feb352dn) & word
    v = ((v ^ (v >> 15n)) * 0x846ca68bn) & word
    return v ^ (v >> 16n)
  }
  const key = (stream: bigint) => mix((mix(BigInt(seed)) + stream) & word)
  const at = (start: bigint, offset: number) => mix((start + BigInt(offset)) & word)
  const [channels, height, width] = shape as [number, number, number]
  const cell = (((i % classes) * channels + c) * Math.ceil(height / 4) + (y >> 2)) * Math.ceil(width / 4) + (x >> 2)
  const pattern = at(key(0xfffffffen), cell) & 255n
  const noise = at(at(key(0xfffffffdn), i), (c * height + y) * width + x) & 255n
  return Number((pattern + 3n * noise) >> 2n)
}

describe('synthetic', () => {
  test.each([
    { shape: [3, 8, 8], classes: 10, train: 25, test: 12, seed: 1 },
    { shape: [1, 5, 7], classes: 3, train: 7, test: 5, seed: 4_294_967_295 },
    { shape: [2, 1, 9], classes: 2, train: 3, test: 1, seed: 77 },
  ] as const)('$shape has every pixel and label as defined', async ({ seed, ...config }) => {
    const data = await loadData(synthetic({ ...config, shape: [...config.shape] }), seed)
    const [channels, height, width] = config.shape
    for (const [split, first, count] of [
      [data.train, 0, config.train],
      [data.test, config.train, config.test],
    ] as const) {
      expect(split.images).toHaveLength(count * channels * height * width)
      let position = 0
      for (let i = 0; i < count; i++) {
        expect(split.labels[i]).toBe((first + i) % config.classes)
        for (let c = 0; c < channels; c++)
          for (let y = 0; y < height; y++)
            for (let x = 0; x < width; x++)
              expect(split.images[position++]).toBe(pixel(config, seed, [first + i, c, y, x]))
      }
    }
  })

  test('depends on the seed, and the training images not on how many there are', async () => {
    const make = (train: number, seed: number) =>
      loadData(synthetic({ shape: [1, 4, 4], classes: 2, train, test: 1 }), seed)
    const [few, many, other] = await Promise.all([make(3, 1), make(9, 1), make(3, 2)])
    expect(many.train.images.subarray(0, 48)).toEqual(few.train.images)
    expect(other.train.images).not.toEqual(few.train.images)
  })

  test('can be learned: the mean image of a class is near its pattern', async () => {
    const { train, test } = await loadData(synthetic({ shape: [1, 8, 8], classes: 4, train: 400, test: 200 }), 1)
    const means = Array.from({ length: 4 }, () => new Float64Array(64))
    for (const [i, label] of train.labels.entries())
      for (let p = 0; p < 64; p++) means[label]![p]! += train.images[i * 64 + p]! / 100
    const distance = (i: number, mean: Float64Array) =>
      mean.reduce((sum, value, p) => sum + (value - test.images[i * 64 + p]!) ** 2, 0)
    const right = test.labels.filter((label, i) => {
      const distances = means.map((mean) => distance(i, mean))
      return distances.indexOf(Math.min(...distances)) === label
    })
    expect(right.length / 200).toBeGreaterThan(0.7)
  })

  test('refuses impossible settings', async () => {
    const make = (changed: object) => () => synthetic({ shape: [1, 4, 4], classes: 2, train: 4, test: 4, ...changed })
    expect(await failure(make({ shape: [4, 4] }))).toContain('INVALID_CONFIG: synthetic')
    expect(await failure(make({ train: 0 }))).toBe('INVALID_CONFIG: synthetic: train is 0; expected at least 1')
    expect(await failure(make({ classes: 1 }))).toBe('INVALID_CONFIG: synthetic: classes is 1; expected at least 2')
    expect(await failure(make({ shape: [3, 1024, 1024], test: 2000 }))).toBe(
      'INVALID_CONFIG: synthetic: test: 2000 images of 3145728 bytes are more than 4 GiB; expected at most 1365',
    )
  })
})
