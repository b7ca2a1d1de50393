import { describe, expect, test } from 'vitest'
import { clamped, type ClampedConfig } from '../../src/optimizer/controls/clamped.js'
import type { OptimizerConfig } from '../../src/optimizer/optimizer.js'
import { adamW } from '../../src/optimizer/rules/adam-w.js'
import { sgd } from '../../src/optimizer/rules/sgd.js'
import { allKernels } from '../native/support/kernels.js'
import { layersUnder, weightsOf } from '../native/support/layers.js'
import { normals } from '../native/support/random.js'
import { angleBetween, combine, norm, relativeDistance, sameBits, vector } from '../native/support/vectors.js'
import { layerCase } from './random-layers.js'

const size = 100
const weights = normals(size, 1)
const bounds = { floor: 0.01, ceiling: 0.1 }

/** The size of a step as each quantity measures it. */
const sizes = {
  angle: (before: Float32Array, after: Float32Array) => angleBetween(after, before),
  relativeUpdate: (before: Float32Array, after: Float32Array) => relativeDistance(after, before),
}

describe.each(allKernels)('with kernels %j', (kernels) => {
  async function stepped(optimizer: OptimizerConfig, gradient: Float32Array, rate: number, before = weights) {
    const parameters = [layerCase(size, size, { decoupledDecay: 0.1 })]
    const layers = await layersUnder(optimizer, [before], { parameters, ...kernels })
    await layers.step([gradient], Float64Array.of(rate))
    return (await weightsOf(layers))[0]!
  }

  test.each(['angle', 'relativeUpdate'] as const)(
    'the %s of a step is its own, the floor or the ceiling',
    async (of) => {
      const found = []
      for (const rate of [1e-4, 1e-3, 0.03, 0.3, 3]) {
        const gradient = normals(size, 2)
        const [alone, within] = [
          await stepped(sgd(), gradient, rate),
          await stepped(clamped(sgd(), { quantity: of, ...bounds }), gradient, rate),
        ]
        const own = sizes[of](weights, alone)
        const expected = Math.max(bounds.floor, Math.min(own, bounds.ceiling))
        expect(Math.abs(sizes[of](weights, within) / expected - 1)).toBeLessThan(2e-5)
        if (expected === own) expect(sameBits(within, alone)).toBe(true)
        found.push(Math.sign(expected - own))
      }
      expect(new Set(found)).toEqual(new Set([-1, 0, 1]))
    },
  )

  test.each([clamped(sgd(), bounds), clamped(sgd(), { ...bounds, quantity: 'relativeUpdate' })])(
    'under %j, steps of 0 and weights of 0 stay as they are',
    async (optimizer: ClampedConfig) => {
      const nothing = new Float32Array(size)
      const gradient = normals(size, 3)
      expect(sameBits(await stepped(optimizer, gradient, 0), weights)).toBe(true)
      const alone = await stepped(sgd(), gradient, 1, nothing)
      expect(sameBits(await stepped(optimizer, gradient, 1, nothing), alone)).toBe(true)
      const parameters = [layerCase(size, size)]
      const layers = await layersUnder(optimizer, [weights], { parameters, ...kernels })
      await layers.step([nothing], Float64Array.of(1))
      expect(sameBits((await weightsOf(layers))[0]!, weights)).toBe(true)
    },
  )

  test('a step that would reverse the weights turns them by the ceiling, and does not shrink them to nothing', async () => {
    const gradient = weights.map((w, i) => 3 * w + 1e-3 * Math.sin(i))
    const after = await stepped(clamped(sgd(), bounds), gradient, 1)
    expect(angleBetween(after, weights)).toBeCloseTo(bounds.ceiling, 6)
    expect(norm(after) / norm(weights)).toBeCloseTo(1 / Math.cos(bounds.ceiling), 6)
  })

  test('decay that shortens the weights is part of a relative update, and turns nothing', async () => {
    const rule = adamW({ weightDecay: 0.1 })
    const gradient = new Float32Array(size)
    const scaled = (factor: number) => vector(size, (i) => factor * weights[i]!)
    const apart = (x: Float32Array, y: Float64Array) => norm(combine(1, x, -1, y)) / norm(y)
    expect(apart(await stepped(clamped(rule, bounds), gradient, 0.5), scaled(0.95))).toBeLessThan(1e-7)
    const relative = clamped(rule, { quantity: 'relativeUpdate', ceiling: 0.01 })
    expect(apart(await stepped(relative, gradient, 0.5), scaled(0.99))).toBeLessThan(1e-7)
  })
})
