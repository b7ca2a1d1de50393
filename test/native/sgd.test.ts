import { describe, expect, test } from 'vitest'
import { sgd } from '../../src/optimizer/rules/sgd.js'
import { layersUnder, weightsOf } from './support/layers.js'
import { normals } from './support/random.js'
import { angleBetween, cosineDistance, norm, relativeDistance, sameBits } from './support/vectors.js'

const sizes = [1, 3, 1023, 16385]
const rules = [
  { momentum: 0, nesterov: false },
  { momentum: 0.9, nesterov: false },
  { momentum: 0.9, nesterov: true },
]

const initial = sizes.map((size, layer) => normals(size, layer))
const gradients = [10, 20, 30, 40, 50, 60, 70].map((seed) => sizes.map((size, layer) => normals(size, seed + layer)))
const gradientsAt = (step: number) => gradients[step % gradients.length]!

const constantRate = Float64Array.from(sizes, () => 0.05)

describe.each(rules)('SGD with $momentum, nesterov: $nesterov', (rule) => {
  test('comes out the same on one thread and on two, and almost the same from LibTorch operations', async () => {
    const variants = await Promise.all([
      layersUnder(sgd(rule), initial, { threads: 1 }),
      layersUnder(sgd(rule), initial, { threads: 2 }),
      layersUnder(sgd(rule), initial, { preferAten: true }),
    ])
    for (let step = 0; step < 50; step++) {
      for (const layers of variants) await layers.step(gradientsAt(step), constantRate)
    }
    const [one, two, aten] = await Promise.all(variants.map(weightsOf))
    for (const layer of sizes.keys()) {
      expect(sameBits(one![layer]!, two![layer]!)).toBe(true)
      expect(relativeDistance(aten![layer]!, one![layer]!)).toBeLessThan(1e-6)
    }
  })

  test('records rotation, angle and norm of every step', async () => {
    const layers = await layersUnder(sgd(rule), initial)
    let before = initial
    for (let step = 0; step < 3; step++) {
      const record = await layers.step(gradientsAt(step), constantRate)
      const after = await weightsOf(layers)
      for (const layer of sizes.keys()) {
        const [was, is] = [before[layer]!, after[layer]!]
        expect(record.rotation[layer]).toBeCloseTo(cosineDistance(is, initial[layer]!), 12)
        expect(record.angle[layer]).toBeCloseTo(angleBetween(is, was), 7)
        expect(record.norm[layer]! / norm(is)).toBeCloseTo(1, 12)
      }
      before = after
    }
  })
})

test('at rate 0 without momentum no weight changes', async () => {
  const layers = await layersUnder(sgd(), initial)
  await layers.step(gradientsAt(0), new Float64Array(sizes.length))
  const weights = await weightsOf(layers)
  for (const layer of sizes.keys()) expect(sameBits(weights[layer]!, initial[layer]!)).toBe(true)
})
