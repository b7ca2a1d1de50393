import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LayersOptions } from '../../src/native/contract.js'
import { layca } from '../../src/optimizer/controls/layca.js'
import { sgd } from '../../src/optimizer/rules/sgd.js'
import { layca as laycaReference } from '../optimizer/reference/layca.js'
import { layersUnder, weightsOf } from './support/layers.js'
import { normals } from './support/random.js'
import { angleBetween, combine, cosineDistance, norm, relativeDistance, sameBits } from './support/vectors.js'
import { allKernels, otherKernels } from './support/kernels.js'

const plain = layca(sgd())

/** One step of plain Layca-SGD on one layer. */
async function turn(weights: Float32Array, gradient: Float32Array, rate: number, options?: Partial<LayersOptions>) {
  const layers = await layersUnder(plain, [weights], options)
  const record = await layers.step([gradient], Float64Array.of(rate))
  const [after] = await weightsOf(layers)
  return { after: after!, rotation: record.rotation[0]!, angle: record.angle[0]!, norm: record.norm[0]! }
}

const scaled = (x: Float32Array, factor: number) => x.map((value) => factor * value)

/** From ten on a random gradient is hardly ever nearly parallel to random weights. */
const size = fc.integer({ min: 10, max: 3000 })
const seed = fc.nat()
/** 1e-4 … 1 */
const rate = fc.double({ min: -4, max: 0, noNaN: true }).map((exponent) => 10 ** exponent)

/** Checks `property` on random weights, a random gradient and a random rate. */
const forAnyStep = (property: (weights: Float32Array, gradient: Float32Array, rate: number) => Promise<void>) =>
  fc.assert(
    fc.asyncProperty(size, seed, rate, (n, key, rate) => property(normals(n, key), normals(n, key + 1), rate)),
    { numRuns: 60 },
  )

describe('one step of Layca', () => {
  test('turns the weights by atan(rate)', () =>
    forAnyStep(async (weights, gradient, rate) => {
      const { after } = await turn(weights, gradient, rate)
      expect(Math.abs(angleBetween(after, weights) - Math.atan(rate))).toBeLessThan(1e-6)
    }))

  test('keeps their norm', () =>
    forAnyStep(async (weights, gradient, rate) => {
      const { after } = await turn(weights, gradient, rate)
      expect(Math.abs(norm(after) / norm(weights) - 1)).toBeLessThan(1e-6)
    }))

  test('turns them against the gradient, as the paper’s formulas in fp64 do', () =>
    forAnyStep(async (weights, gradient, rate) => {
      const { after } = await turn(weights, gradient, rate)
      const expected = laycaReference(weights, scaled(gradient, -1), rate)
      expect(relativeDistance(after, expected)).toBeLessThan(1e-6)
    }))

  test('does not depend on the length of the gradient', () =>
    forAnyStep(async (weights, gradient, rate) => {
      const { after } = await turn(weights, gradient, rate)
      for (const factor of [1e-3, 1e3]) {
        const other = await turn(weights, scaled(gradient, factor), rate)
        expect(relativeDistance(other.after, after)).toBeLessThan(1e-6)
      }
      // A power of two changes no digit of the gradient, so none of the step either.
      const other = await turn(weights, scaled(gradient, 2 ** 10), rate)
      expect(sameBits(other.after, after)).toBe(true)
    }))

  test('does not depend on what the gradient has along the weights', () =>
    forAnyStep(async (weights, gradient, rate) => {
      const { after } = await turn(weights, gradient, rate)
      for (const multiple of [-3, 0.5, 10]) {
        const tilted = gradient.map((g, i) => g + multiple * weights[i]!)
        const other = await turn(weights, tilted, rate)
        expect(relativeDistance(other.after, after)).toBeLessThan(1e-6 + 1e-5 * rate)
      }
    }))

  test('records rotation, angle and norm of the weights that it leaves', () =>
    forAnyStep(async (weights, gradient, rate) => {
      const { after, rotation, angle, norm: recorded } = await turn(weights, gradient, rate)
      expect(Math.abs(rotation / cosineDistance(after, weights) - 1)).toBeLessThan(1e-6)
      expect(Math.abs(angle / angleBetween(after, weights) - 1)).toBeLessThan(1e-6)
      expect(Math.abs(recorded / norm(after) - 1)).toBeLessThan(1e-12)
    }))
})

describe('the weights keep every bit where', () => {
  const sizes = [1, 2, 3, 1023, 16385]
  const unmoved = async (weights: Float32Array, gradient: Float32Array, rate = 0.1) => {
    for (const kernels of allKernels) {
      const { after, rotation, angle } = await turn(weights, gradient, rate, kernels)
      expect(sameBits(after, weights)).toBe(true)
      expect([rotation, angle]).toEqual([0, 0])
    }
  }

  test.each(sizes)('the gradient of %i weights is zero', async (size) => {
    await unmoved(normals(size, 1), new Float32Array(size))
  })

  test.each(sizes)('the gradient of %i weights is parallel to them, however long', async (size) => {
    const weights = normals(size, 1)
    for (const multiple of [1, -1, 2 ** -20, 2 ** 10, -(2 ** 20)]) await unmoved(weights, scaled(weights, multiple))
  })

  test('there is only one of them, which cannot turn', async () => {
    for (const seed of [1, 2, 3, 4]) await unmoved(normals(1, seed), scaled(normals(1, seed + 10), 10 ** seed))
  })

  test('all of them are zero', async () => {
    const { after } = await turn(new Float32Array(5), normals(5, 1), 0.1)
    expect([...after]).toEqual([0, 0, 0, 0, 0])
  })

  test('the rate is 0', async () => {
    await unmoved(normals(1023, 1), normals(1023, 2), 0)
  })

  test('the rate times the tangential gradient is at most 1e-7', async () => {
    const weights = Float32Array.of(3, 0)
    const gradient = Float32Array.of(1, 1e-3)
    await unmoved(weights, gradient, 0.99e-4)
    const { angle } = await turn(weights, gradient, 1.01e-4)
    expect(angle).toBeCloseTo(Math.atan(1.01e-4), 8)
  })
})

test('a gradient that is nearly parallel to the weights still turns them by atan(rate)', async () => {
  const weights = normals(1023, 1)
  for (const tangential of [1e-2, 1e-3, 1e-4]) {
    const gradient = combine(1, weights, tangential, normals(1023, 2))
    const { after, norm: recorded } = await turn(weights, Float32Array.from(gradient), 0.1)
    expect(Math.abs(angleBetween(after, weights) - Math.atan(0.1))).toBeLessThan(1e-6)
    expect(Math.abs(recorded / norm(weights) - 1)).toBeLessThan(1e-6)
  }
})

test.each([NaN, Infinity])('a gradient with %d in it shows in the weights', async (value) => {
  for (const kernels of allKernels) {
    const { after } = await turn(normals(5, 1), Float32Array.of(1, 2, value, 4, 5), 0.1, kernels)
    expect(after[2]).toBeNaN()
  }
})

const sizes = [2, 3, 1023, 16385]
const initial = sizes.map((size, layer) => normals(size, layer))
const gradients = [10, 20, 30, 40, 50, 60, 70].map((seed) => sizes.map((size, layer) => normals(size, seed + layer)))
const gradientsAt = (step: number) => gradients[step % gradients.length]!

/** One rate a layer, another at every step. */
const rateAt = (step: number, layer: number) => 10 ** -(1 + layer / 3) * (1.1 + Math.sin(step))
const ratesAt = (step: number) => Float64Array.from(sizes, (_, layer) => rateAt(step, layer))

test('the norm does not drift in 1,000 steps', async () => {
  const layers = await layersUnder(plain, initial)
  for (let step = 0; step < 1000; step++) {
    const { norm: recorded } = await layers.step(gradientsAt(step), ratesAt(step))
    for (const layer of sizes.keys()) expect(Math.abs(recorded[layer]! / norm(initial[layer]!) - 1)).toBeLessThan(1e-6)
  }
  const weights = await weightsOf(layers)
  for (const layer of sizes.keys()) {
    expect(Math.abs(norm(weights[layer]!) / norm(initial[layer]!) - 1)).toBeLessThan(1e-6)
  }
})

test('weights that were set to another length get the initial length back with the next step', async () => {
  const layers = await layersUnder(plain, initial)
  await layers.setWeights(initial.map((weights) => scaled(weights, 3)))
  const { angle, norm: recorded } = await layers.step(gradientsAt(0), ratesAt(0))
  for (const layer of sizes.keys()) {
    expect(recorded[layer]! / norm(initial[layer]!)).toBeCloseTo(1, 6)
    expect(angle[layer]).toBeCloseTo(Math.atan(rateAt(0, layer)), 6)
  }
})

describe.each([
  { momentum: 0, nesterov: false },
  { momentum: 0.9, nesterov: false },
  { momentum: 0.9, nesterov: true },
])('Layca on SGD with $momentum, nesterov: $nesterov', (rule) => {
  test('comes out the same on one thread and on two, and almost the same from other kernels', async () => {
    const variants = await Promise.all([
      layersUnder(layca(sgd(rule)), initial, { threads: 1 }),
      layersUnder(layca(sgd(rule)), initial, { threads: 2 }),
      ...otherKernels.map((kernels) => layersUnder(layca(sgd(rule)), initial, kernels)),
    ])
    for (let step = 0; step < 50; step++) {
      const [one, two, ...others] = await Promise.all(
        variants.map((layers) => layers.step(gradientsAt(step), ratesAt(step))),
      )
      expect(two).toEqual(one)
      for (const other of others) {
        for (const layer of sizes.keys()) {
          expect(Math.abs(other.rotation[layer]! - one!.rotation[layer]!)).toBeLessThan(1e-6)
          expect(Math.abs(other.angle[layer]! - one!.angle[layer]!)).toBeLessThan(1e-6)
          expect(Math.abs(other.norm[layer]! / one!.norm[layer]! - 1)).toBeLessThan(1e-6)
        }
      }
    }
    const [one, two, ...others] = await Promise.all(variants.map(weightsOf))
    for (const layer of sizes.keys()) {
      expect(sameBits(one![layer]!, two![layer]!)).toBe(true)
      for (const other of others) expect(relativeDistance(other[layer]!, one![layer]!)).toBeLessThan(2e-6)
    }
  })
})
