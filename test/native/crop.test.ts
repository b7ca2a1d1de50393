import { describe, expect, test } from 'vitest'
import type { Augmentation } from '../../src/native/contract.js'
import { mix } from '../../src/random.js'
import type { ImageShape } from './support/augmentation.js'
import { allKernels } from './support/kernels.js'
import { images, seenImage, transparentTrainer } from './support/seen-image.js'

type Mode = NonNullable<Augmentation['crop']>['mode']

const modes: Mode[] = ['constant', 'edge', 'reflect', 'symmetric']

/** The values with `padding` more on both sides, as numpy.pad adds them. */
function padded<T>(values: readonly T[], padding: number, mode: Mode, zero: T): T[] {
  const [first, last] = [values[0]!, values.at(-1)!]
  const fill = (value: T) => Array.from({ length: padding }, () => value)
  const sides = {
    constant: () => [fill(zero), fill(zero)],
    edge: () => [fill(first), fill(last)],
    reflect: () => [values.slice(1, padding + 1).reverse(), values.slice(-1 - padding, -1).reverse()],
    symmetric: () => [values.slice(0, padding).reverse(), values.slice(-padding).reverse()],
  }
  const [before, after] = sides[mode]()
  return [...before!, ...values, ...after!]
}

/** The draws of an image: the place of a crop in the padded image, 0 … 2·padding, and whether it is mirrored. */
function cropOf(key: number, index: number, padding: number) {
  const draw = mix(key + index)
  const place = (value: number, values: number) => 2 * padding - Math.floor((value * (2 * padding + 1)) / values)
  return { top: place(draw & 0xffff, 2 ** 16), left: place((draw >>> 16) & 0x7fff, 2 ** 15), flip: draw >>> 31 === 1 }
}

function cropped(image: ArrayLike<number>, [channels, height, width]: ImageShape, mode: Mode, padding: number) {
  const rows = (c: number) =>
    Array.from({ length: height }, (_, y) =>
      Array.from({ length: width }, (_, x) => image[(c * height + y) * width + x]!),
    )
  const planes = Array.from({ length: channels }, (_, c) => {
    const wide = rows(c).map((row) => padded(row, padding, mode, 0))
    return padded(wide, padding, mode, new Array<number>(width + 2 * padding).fill(0))
  })
  return ({ top, left, flip }: { top: number; left: number; flip: boolean }) =>
    planes.flatMap((plane) =>
      plane.slice(top, top + height).flatMap((row) => {
        const part = row.slice(left, left + width)
        return flip ? part.reverse() : part
      }),
    )
}

/** The square of an image: its rows and columns, parts of which may lie outside. */
function squareOf(key: number, index: number, [, height, width]: ImageShape, side: number) {
  const draw = mix(mix(key) + index)
  const begin = (value: number, size: number) => Math.floor((value * size) / 2 ** 16) - Math.floor(side / 2)
  const [top, left] = [begin(draw & 0xffff, height), begin(draw >>> 16, width)]
  return (y: number, x: number) => y >= top && y < top + side && x >= left && x < left + side
}

describe.each(allKernels)('an image in training, by %j,', (kernels) => {
  const shapes: [ImageShape, number][] = [
    [[3, 5, 7], 2],
    [[3, 16, 16], 4],
    [[1, 4, 9], 3],
    [[2, 6, 5], 4],
    [[1, 2, 2], 1],
  ]

  test.each(modes)('is a random crop of itself with the padding %s', async (mode) => {
    for (const [shape, padding] of shapes) {
      const train = images(5, shape[0] * shape[1] * shape[2], 7)
      const augmentation = { shift: 0, flip: true, crop: { padding, mode } }
      const trainer = await transparentTrainer(shape, train, { augmentation, ...kernels })
      for (let key = 0; key < 30; key++) {
        const [index, epochKey] = [key % 5, mix(key)]
        const size = shape[0] * shape[1] * shape[2]
        const image = train.images.subarray(index * size, (index + 1) * size)
        const expected = cropped(image, shape, mode, padding)(cropOf(epochKey, index, padding))
        expect([...(await seenImage(trainer, index, epochKey))]).toEqual(expected)
      }
    }
  })

  test('has black, not the mean, beyond its border', async () => {
    const train = images(1, 9, 3)
    const augmentation = { shift: 0, flip: false, crop: { padding: 3, mode: 'constant' as const } }
    const spec = { augmentation, mean: [64], deviation: [2], ...kernels }
    const trainer = await transparentTrainer([1, 3, 3], train, spec)
    for (let key = 0; key < 50; key++) {
      const crop = { ...cropOf(mix(key), 0, 3), flip: false }
      const expected = cropped(train.images, [1, 3, 3], 'constant', 3)(crop)
      expect([...(await seenImage(trainer, 0, mix(key)))]).toEqual(expected.map((value) => (value - 64) / 2))
    }
  })

  test.each([1, 2, 5, 8])('is the mean in a square of side %i, around any of its pixels', async (side) => {
    const shape: ImageShape = [3, 8, 11]
    const train = images(5, 264, 7)
    const augmentation = { shift: 0, flip: false, cutout: side }
    const trainer = await transparentTrainer(shape, train, { augmentation, mean: [64], deviation: [2], ...kernels })
    for (let key = 0; key < 30; key++) {
      const [index, epochKey] = [key % 5, mix(key)]
      const isErased = squareOf(epochKey, index, shape, side)
      const expected = Array.from({ length: 264 }, (_, i) => {
        const place = i % 88
        return isErased(Math.floor(place / 11), place % 11) ? 0 : (train.images[index * 264 + i]! - 64) / 2
      })
      expect([...(await seenImage(trainer, index, epochKey))].map((value) => value + 0)).toEqual(expected)
    }
  })
})

test('all places of a crop are equally likely, and all centres of a square', () => {
  const n = 200_000
  const [tops, lefts, centres] = [new Map<number, number>(), new Map<number, number>(), new Map<number, number>()]
  const add = (counts: Map<number, number>, at: number) => counts.set(at, (counts.get(at) ?? 0) + 1)
  for (let i = 0; i < n; i++) {
    const { top, left } = cropOf(mix(3), i, 4)
    add(tops, top)
    add(lefts, left)
    const isErased = squareOf(mix(3), i, [1, 4, 5], 1)
    for (let at = 0; at < 20; at++) if (isErased(Math.floor(at / 5), at % 5)) add(centres, at)
  }
  for (const [counts, places] of [
    [tops, 9],
    [lefts, 9],
    [centres, 20],
  ] as const) {
    expect(counts.size).toBe(places)
    for (const found of counts.values()) expect(found / n).toBeCloseTo(1 / places, 2)
  }
})
