import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LayersOptions } from '../../src/native/contract.js'
import { layca } from '../../src/optimizer/controls/layca.js'
import { sgd } from '../../src/optimizer/rules/sgd.js'
import { allKernels } from '../native/support/kernels.js'
import { layersUnder, weightsOf } from '../native/support/layers.js'
import { normals } from '../native/support/random.js'
import { angleBetween, combine, norm, relativeDistance, sameBits } from '../native/support/vectors.js'
import { inTier } from '../support/tier.js'
import { rules } from './cases.js'
import { layerCase, randomLayers } from './random-layers.js'
import { referenceLayer } from './reference/layer.js'
import { rows } from './reference/units.js'

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
  test('turns the weights by atan(rate) against the gradient, as the formulas in fp64 do, and keeps their norm', () =>
    forAnyStep(async (weights, gradient, rate) => {
      const { after, angle, norm: recorded } = await turn(weights, gradient, rate)
      expect(Math.abs(angleBetween(after, weights) - Math.atan(rate))).toBeLessThan(1e-6)
      expect(Math.abs(angle - Math.atan(rate))).toBeLessThan(1e-6)
      expect(Math.abs(recorded / norm(weights) - 1)).toBeLessThan(1e-6)
      const exact = referenceLayer(plain, weights, layerCase(weights.length, weights.length))(weights, gradient, rate)
      expect(relativeDistance(after, exact)).toBeLessThan(1e-6)
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

  test('turns the weights by atan(rate) even if the gradient is nearly parallel to them', async () => {
    const weights = normals(1023, 1)
    for (const tangential of [1e-2, 1e-3, 1e-4]) {
      const gradient = combine(1, weights, tangential, normals(1023, 2))
      const { after, norm: recorded } = await turn(weights, Float32Array.from(gradient), 0.1)
      expect(Math.abs(angleBetween(after, weights) - Math.atan(0.1))).toBeLessThan(1e-6)
      expect(Math.abs(recorded / norm(weights) - 1)).toBeLessThan(1e-6)
    }
  })

  test('gives weights that were set to another length the initial one back', async () => {
    const initial = normals(1023, 1)
    const layers = await layersUnder(plain, [initial])
    await layers.setWeights([scaled(initial, 3)])
    const { angle, norm: recorded } = await layers.step([normals(1023, 2)], Float64Array.of(0.1))
    expect(recorded[0]! / norm(initial)).toBeCloseTo(1, 6)
    expect(angle[0]).toBeCloseTo(Math.atan(0.1), 6)
  })

  test.each([NaN, Infinity])('shows a gradient with %d in it', async (value) => {
    for (const kernels of allKernels) {
      const { after } = await turn(normals(5, 1), Float32Array.of(1, 2, value, 4, 5), 0.1, kernels)
      expect(after[2]).toBeNaN()
    }
  })
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

describe.each([
  { per: 'layer', steps: inTier(200, 1000) },
  { per: 'neuron', steps: inTier(30, 100) },
] as const)('in each of $steps steps Layca by $per turns by atan(rate) and keeps the norm', ({ per, steps }) => {
  const { layers, initial, gradientsAt, ratesAt } = randomLayers([
    layerCase(7, 7),
    layerCase(127, 127, { decay: 0.01 }),
    layerCase(33 * 65, 65),
  ])
  const rowSizes = layers.map(({ rowSize }) => rowSize)
  const unitsOf = (weights: readonly Float32Array[]) =>
    weights.map((layer, i) => rows(layer, per === 'neuron' ? rowSizes[i]! : layer.length))

  test.each(Object.entries(rules))('on %s', async (_, rule) => {
    const ours = await layersUnder(layca(rule, { per }), initial, { parameters: layers, rowSizes })
    const norms = unitsOf(initial).map((units) => units.map(norm))
    let before = unitsOf(initial)
    let [worstAngle, worstNorm, unmoved] = [0, 0, 0]
    for (let step = 0; step < steps; step++) {
      const rates = ratesAt(step)
      await ours.step(gradientsAt(step), rates)
      const after = unitsOf(await weightsOf(ours))
      for (const [i, units] of after.entries()) {
        for (const [unit, weights] of units.entries()) {
          const angle = angleBetween(weights, before[i]![unit]!)
          if (angle === 0) unmoved++
          else worstAngle = Math.max(worstAngle, Math.abs(angle - Math.atan(rates[i]!)))
          worstNorm = Math.max(worstNorm, Math.abs(norm(weights) / norms[i]![unit]! - 1))
        }
      }
      before = after
    }
    // Now and then Lion's step, a pattern of signs, lies along the 7 weights.
    expect(unmoved).toBeLessThan(0.05 * steps)
    expect(worstAngle).toBeLessThan(1e-6)
    expect(worstNorm).toBeLessThan(1e-6)
  })
})
