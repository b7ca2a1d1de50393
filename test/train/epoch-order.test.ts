import { describe, expect, test } from 'vitest'
import { permutation } from '../../src/random.js'
import { epochOrders, type EpochOrder } from '../../src/train/epoch-order.js'

const upTo = (n: number): Int32Array => Int32Array.from({ length: n }, (_, i) => i)

/** The images of each batch. */
function batchesOf({ order, batchSizes }: EpochOrder): number[][] {
  let begin = 0
  return Array.from(batchSizes, (size) => Array.from(order.subarray(begin, (begin += size))))
}

const sorted = (indices: Iterable<number>): number[] => [...indices].sort((a, b) => a - b)

describe("batches 'all'", () => {
  const orders = epochOrders(upTo(1000), { batchSize: 128, batches: 'all', seed: 7 })

  test('visit every image once an epoch, the last batch takes what remains', () => {
    expect(orders.stepsPerEpoch).toBe(8)
    for (const epoch of [0, 1, 2]) {
      const { order, batchSizes } = orders.epoch(epoch)
      expect([...batchSizes]).toEqual([128, 128, 128, 128, 128, 128, 128, 104])
      expect(order).toEqual(permutation(1000, 7, 1 + epoch))
    }
  })

  test('of images that a batch divides are all full', () => {
    const even = epochOrders(upTo(256), { batchSize: 128, batches: 'all', seed: 7 })
    expect([...even.epoch(0).batchSizes]).toEqual([128, 128])
  })

  test('take the images that do not validate', () => {
    const images = Int32Array.of(3, 5, 8, 9, 11)
    const { order } = epochOrders(images, { batchSize: 2, batches: 'all', seed: 7 }).epoch(4)
    expect([...order]).toEqual(Array.from(permutation(5, 7, 5), (i) => images[i]))
  })
})

describe("batches 'kerasSequence'", () => {
  const setting = { batchSize: 128, batches: 'kerasSequence', seed: 1 } as const
  const [images, batches, steps] = [45_000, 352, 351]
  const orders = epochOrders(upTo(images), setting)

  test('of 45,000 images are 351 of 352 an epoch', () => {
    expect(orders.stepsPerEpoch).toBe(steps)
    expect(orders.epoch(0).batchSizes).toHaveLength(steps)
  })

  test('are, over the epochs, those of whole passes: each image once in 352 batches', () => {
    const served = Array.from({ length: 8 }, (_, epoch) => batchesOf(orders.epoch(epoch))).flat()
    for (let pass = 0; (pass + 1) * batches <= served.length; pass++) {
      const ofPass = served.slice(pass * batches, (pass + 1) * batches)
      expect(sorted(ofPass.flat())).toEqual([...upTo(images)])
      expect(sorted(new Set(ofPass.map((batch) => batch.length)))).toEqual([72, 128])
    }
  })

  test('are batches of one permutation, served in the order of another', () => {
    const served = Array.from({ length: 3 }, (_, epoch) => batchesOf(orders.epoch(epoch))).flat()
    for (const pass of [0, 1]) {
      const [order, inOrder] = [permutation(batches, 1, 0x80000000 + pass), permutation(images, 1, 1 + pass)]
      const expected = Array.from(order, (number) => [...inOrder.subarray(128 * number, 128 * (number + 1))])
      expect(served.slice(pass * batches, (pass + 1) * batches)).toEqual(expected)
    }
  })

  test('have the partial one anywhere, and in some epochs nowhere', () => {
    const small = epochOrders(upTo(45), { ...setting, batchSize: 10 })
    const epochs = Array.from({ length: 300 }, (_, epoch) => [...small.epoch(epoch).batchSizes])
    expect(epochs.every((sizes) => sizes.length === 4)).toBe(true)
    const places = [0, 1, 2, 3].map((step) => epochs.filter((sizes) => sizes[step] === 5).length)
    // 300 epochs of 4 steps are 240 passes of 5, each with one partial batch.
    expect(places.reduce((a, b) => a + b)).toBe(240)
    for (const count of places) expect(count).toBeGreaterThan(40)
    expect(epochs.some((sizes) => !sizes.includes(5))).toBe(true)
    expect(epochs.some((sizes) => sizes.filter((size) => size === 5).length === 2)).toBe(true)
  })

  test('do not depend on which epochs were asked for before', () => {
    const fresh = epochOrders(upTo(images), setting)
    const late = fresh.epoch(5)
    fresh.epoch(2)
    expect(fresh.epoch(5)).toEqual(late)
    expect(orders.epoch(5)).toEqual(late)
  })

  test('are whole passes where a batch divides the images', () => {
    const even = epochOrders(upTo(40), { ...setting, batchSize: 10 })
    expect(even.stepsPerEpoch).toBe(4)
    expect(sorted(even.epoch(3).order)).toEqual([...upTo(40)])
  })
})
