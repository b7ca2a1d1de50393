import { otherKernels } from './support/kernels.js'
import { describe, expect, test } from 'vitest'
import type { LayersOptions } from '../../src/native/contract.js'
import { sgd } from '../../src/optimizer/rules/sgd.js'
import { layersUnder } from './support/layers.js'
import { normals } from './support/random.js'
import { cosineDistance, norm } from './support/vectors.js'

/** Chunks of 16,384 numbers, four at a time: sizes around both. */
const oddSizes = [1, 3, 5, 16383, 16384, 16385, 100003]

async function rotationOf(initial: Float32Array[], now: Float32Array[], options: Partial<LayersOptions> = {}) {
  const layers = await layersUnder(sgd(), initial, options)
  await layers.setWeights(now)
  return layers.rotation()
}

/** `weights` moved by `move` times their norm in a random direction. */
function moved(weights: Float32Array, move: number, seed: number): Float32Array {
  const direction = normals(weights.length, seed)
  const length = (move * norm(weights)) / norm(direction)
  return weights.map((w, i) => w + length * direction[i]!)
}

const relativeError = (value: number, expected: number) => Math.abs(value - expected) / expected

describe('rotation is the cosine distance to the initial weights', () => {
  test.each([1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6])(
    'to 1e-6 of itself after a move of %d times the norm',
    async (move) => {
      const initial = normals(100003, 1)
      const now = moved(initial, move, 2)
      const [rotation] = await rotationOf([initial], [now])
      expect(relativeError(rotation!, cosineDistance(now, initial))).toBeLessThan(1e-6)
    },
  )

  test.each(oddSizes)('of %i weights', async (size) => {
    const initial = normals(size, 1)
    const now = normals(size, 2)
    const [rotation] = await rotationOf([initial], [now])
    expect(Math.abs(rotation! - cosineDistance(now, initial))).toBeLessThan(1e-12)
  })

  test('of several layers at once, each by itself', async () => {
    const initial = oddSizes.map((size, layer) => normals(size, layer))
    const now = initial.map((weights, layer) => moved(weights, 10 ** (-1 - layer), 100 + layer))
    const rotation = await rotationOf(initial, now)
    const alone = await Promise.all(initial.map((weights, layer) => rotationOf([weights], [now[layer]!])))
    expect([...rotation]).toEqual(alone.map(([only]) => only))
  })

  test('where the move is nearly along the weights, so that the lengths hide the turn', async () => {
    const initial = normals(16385, 1)
    const now = moved(initial, 1e-4, 2).map((w) => 1.5 * w)
    const [rotation] = await rotationOf([initial], [now])
    expect(relativeError(rotation!, cosineDistance(now, initial))).toBeLessThan(1e-6)
  })
})

describe('rotation of', () => {
  const initial = normals(16385, 1)

  test('identical weights is exactly 0', async () => {
    expect([...(await rotationOf([initial], [initial]))]).toEqual([0])
  })

  test('weights that only grew is 0', async () => {
    const [rotation] = await rotationOf([initial], [initial.map((w) => 2 * w)])
    expect(rotation).toBeLessThan(1e-14)
  })

  test('opposite weights is 2', async () => {
    const [rotation] = await rotationOf([initial], [initial.map((w) => -w)])
    expect(rotation).toBeCloseTo(2, 12)
  })

  test('orthogonal weights is 1', async () => {
    const [rotation] = await rotationOf([Float32Array.of(3, 4, 0)], [Float32Array.of(-4, 3, 0)])
    expect(rotation).toBeCloseTo(1, 12)
  })

  test.each([1, 5, 16385])('%i weights that started at zero, or are zero now, is not a number', async (size) => {
    const zero = new Float32Array(size)
    const some = [1, 2, 3, 4, 5].map((seed) => normals(size, seed))
    const rotation = await rotationOf(
      [zero, ...some.map(() => zero), ...some],
      [zero, ...some, ...some.map(() => zero)],
    )
    expect([...rotation]).toEqual(Array(11).fill(NaN))
  })
})

describe('the kernels', () => {
  const initial = oddSizes.map((size, layer) => normals(size, layer))
  const now = initial.map((weights, layer) => moved(weights, 10 ** -(1 + (layer % 4)), 100 + layer))

  test('give the same bits on one thread and on two', async () => {
    expect(await rotationOf(initial, now, { threads: 2 })).toEqual(await rotationOf(initial, now, { threads: 1 }))
  })

  test.each(otherKernels)('agree with those of %j', async (kernels) => {
    const own = await rotationOf(initial, now)
    const other = await rotationOf(initial, now, kernels)
    // A layer of one weight has not turned, up to the last bits of 1.
    for (const layer of oddSizes.keys())
      expect(Math.abs(own[layer]! - other[layer]!)).toBeLessThan(1e-12 * other[layer]! + 1e-15)
  })
})
