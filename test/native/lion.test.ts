import { describe, expect, test } from 'vitest'
import type { OptimizerConfig } from '../../src/optimizer/optimizer.js'
import { allKernels } from './support/kernels.js'
import { layersUnder, weightsOf } from './support/layers.js'
import { normals } from './support/random.js'
import { laycaStep } from './support/update-rules.js'
import { combine, norm, relativeDistance, vector, type Vector } from './support/vectors.js'

// A plain object: this test is of the addon, and holds without the constructors of src/optimizer/.
const lion = { type: 'lion', beta1: 0.9, beta2: 0.99 } as unknown as OptimizerConfig
const layca = { type: 'layca', rule: lion, per: 'layer' } as unknown as OptimizerConfig

const sizes = [2, 17, 1023, 33 * 65]
const initial = sizes.map((size, layer) => normals(size, layer))
const gradients = [10, 20, 30, 40, 50, 60, 70].map((seed) => sizes.map((size, layer) => normals(size, seed + layer)))
const gradientsAt = (step: number) => gradients[step % gradients.length]!
const ratesAt = (step: number) =>
  Float64Array.from(sizes, (_, layer) => 10 ** -(2 + layer / 3) * (1.1 + Math.sin(step)))
const settings = { trained: true, controlled: true, rateFactor: 1, decay: 0, decoupledDecay: 0 }
const parameters = sizes.map((_, layer) => ({
  ...settings,
  ...(layer === 1 ? { decay: 0.1 } : {}),
  ...(layer === 2 ? { decoupledDecay: 0.1 } : {}),
}))

/** Algorithm 2 of arXiv 2302.06675 without its weight decay: the update that it adds to the weights. */
function referenceLion(size: number) {
  let momentum: Vector = new Float64Array(size)
  return (gradient: Vector, rate: number): Vector => {
    const direction = combine(0.9, momentum, 1 - 0.9, gradient)
    momentum = combine(0.99, momentum, 1 - 0.99, gradient)
    return vector(size, (i) => -rate * Math.sign(direction[i]!))
  }
}

describe.each(allKernels)('Lion with %j', (options) => {
  test.each([false, true])('follows its formula in fp64 over 50 steps, under Layca: %j', async (isControlled) => {
    const layers = await layersUnder(isControlled ? layca : lion, initial, { parameters, ...options })
    const references = sizes.map(referenceLion)
    let expected: Vector[] = initial
    for (let step = 0; step < 50; step++) {
      await layers.step(gradientsAt(step), ratesAt(step))
      expected = expected.map((weights, layer) => {
        const { decay, decoupledDecay } = parameters[layer]!
        const rate = ratesAt(step)[layer]!
        const update = references[layer]!(combine(1, gradientsAt(step)[layer]!, decay, weights), rate)
        if (isControlled) return laycaStep(weights, update, rate, norm(initial[layer]!))
        return combine(1 - rate * decoupledDecay, weights, 1, update)
      })
    }
    const weights = await weightsOf(layers)
    for (const layer of sizes.keys()) expect(relativeDistance(weights[layer]!, expected[layer]!)).toBeLessThan(2e-6)
  })

  test('makes no step where the momentum and the gradient are 0, and shows a gradient of NaN', async () => {
    const layers = await layersUnder(lion, [Float32Array.of(1, 2, 3)], options)
    await layers.step([Float32Array.of(0, -5, NaN)], Float64Array.of(0.5))
    expect(await weightsOf(layers)).toEqual([Float32Array.of(1, 2.5, NaN)])
  })
})

test('a beta of Lion that is out of range is refused with its path', async () => {
  await expect(layersUnder({ ...lion, beta2: 1 } as OptimizerConfig, initial)).rejects.toThrow(
    'optimizer.beta2: expected a number of at least 0 and below 1, found 1',
  )
})
