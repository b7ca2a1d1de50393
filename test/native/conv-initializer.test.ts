import { describe, expect, test } from 'vitest'
import type { Initializer } from '../../src/model/initializer.js'
import { conv, dense, flatten, type LayerSpec } from '../../src/model/layers.js'
import { imageTrainer } from './support/image-model.js'
import { weightsByName } from './support/small-trainer.js'
import { dot, sameBits } from './support/vectors.js'

const rounding = 1 + 2 ** -23
const largest = (values: Float32Array) => values.reduce((largest, x) => Math.max(largest, Math.abs(x)), 0)

async function drawn(layer: LayerSpec, name: string, options: Parameters<typeof imageTrainer>[1] = {}) {
  const layers = [
    ...(layer.type === 'dense' ? [flatten({ name: 'first' })] : []),
    layer,
    ...(layer.type === 'conv' ? [flatten({ name: 'last' })] : []),
  ]
  const { trainer } = await imageTrainer({ layers, inputShape: [6, 4, 5] }, options)
  return (await weightsByName(trainer)).get(name)!
}

describe('initial weights of a convolution', () => {
  /** 6 channels in 2 groups and 50 filters of 3 × 2. */
  const [fanIn, fanOut] = [3 * 6, 50 * 6]
  const convolution = (init: Initializer) =>
    conv({ name: 'conv0', filters: 50, kernel: [3, 2], groups: 2, init, biasInit: { type: 'pytorchDefault' } })

  test.each<[Exclude<Initializer['type'], 'orthogonal'>, number]>([
    ['glorotUniform', Math.sqrt(6 / (fanIn + fanOut))],
    ['heUniform', Math.sqrt(6 / fanIn)],
    ['lecunUniform', Math.sqrt(3 / fanIn)],
    ['pytorchDefault', Math.sqrt(1 / fanIn)],
    ['glorotNormal', 2 * Math.sqrt(2 / (fanIn + fanOut))],
    ['heNormal', 2 * Math.sqrt(2 / fanIn)],
    ['lecunNormal', 2 * Math.sqrt(1 / fanIn)],
  ])('%s count the inputs of a filter, and all filters', async (type, limit) => {
    const weights = await drawn(convolution({ type }), 'conv0.weight')
    expect(weights).toHaveLength(50 * fanIn)
    expect(largest(weights) / limit).toBeLessThanOrEqual(rounding)
    expect(largest(weights) / limit).toBeGreaterThan(0.97)
  })

  test('biases of pytorchDefault count the inputs of a filter', async () => {
    const biases = await drawn(convolution({ type: 'zeros' }), 'conv0.bias')
    expect(largest(biases) * Math.sqrt(fanIn)).toBeLessThanOrEqual(rounding)
    expect(largest(biases) * Math.sqrt(fanIn)).toBeGreaterThan(0.85)
  })
})

describe('orthogonal initial weights', () => {
  /** Products of all pairs of the rows of [rows, columns]. */
  const gram = (values: Float32Array, rows: number) => {
    const columns = values.length / rows
    const row = (i: number) => values.subarray(i * columns, (i + 1) * columns)
    return Array.from({ length: rows }, (_, i) => Array.from({ length: rows }, (_, j) => dot(row(i), row(j))))
  }
  const transposed = (values: Float32Array, rows: number) => {
    const columns = values.length / rows
    return values.map((_, at) => values[(at % rows) * columns + Math.floor(at / rows)]!)
  }
  const expectScaledIdentity = (matrix: number[][], squaredGain: number) => {
    for (const [i, row] of matrix.entries()) {
      for (const [j, product] of row.entries()) {
        expect(Math.abs(product - (i === j ? squaredGain : 0))).toBeLessThan(2e-6 * squaredGain)
      }
    }
  }
  const orthogonal = (gain: number): Initializer => ({ type: 'orthogonal', gain })

  test.each([1, 1.5])('of fewer filters than inputs have orthogonal rows of norm %d', async (gain) => {
    const layer = conv({ name: 'conv0', filters: 8, kernel: 3, init: orthogonal(gain) })
    expectScaledIdentity(gram(await drawn(layer, 'conv0.weight'), 8), gain ** 2)
  })

  test('of more filters than inputs have orthogonal columns', async () => {
    const layer = conv({ name: 'conv0', filters: 30, kernel: [1, 2], init: orthogonal(2) })
    expectScaledIdentity(gram(transposed(await drawn(layer, 'conv0.weight'), 30), 12), 4)
  })

  test('of a dense layer have orthogonal rows', async () => {
    const layer = dense({ name: 'dense0', units: 10, init: orthogonal(1) })
    expectScaledIdentity(gram(await drawn(layer, 'dense0.weight'), 10), 1)
  })

  test('follow the seed and have no preferred sign', async () => {
    const layer = conv({ name: 'conv0', filters: 4, kernel: 1, init: orthogonal(1) })
    const weights = (seed: number) => drawn(layer, 'conv0.weight', { seed })
    expect(sameBits(await weights(1), await weights(1))).toBe(true)
    // Without the correction of signs, LAPACK's first diagonal elements are all negative.
    const diagonals = await Promise.all(Array.from({ length: 40 }, async (_, seed) => (await weights(seed))[0]!))
    const positive = diagonals.filter((x) => x > 0).length
    expect(positive).toBeGreaterThan(8)
    expect(positive).toBeLessThan(32)
  })
})
