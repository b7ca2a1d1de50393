import { describe, expect, test } from 'vitest'
import type { Initializer } from '../../src/model/initializer.js'
import { dense, flatten } from '../../src/model/layers.js'
import { smallTrainer, weightsByName } from './support/small-trainer.js'
import { sameBits } from './support/vectors.js'

const [fanIn, fanOut] = [35, 4000]

async function drawn(
  type: Initializer['type'],
  { seed = 1, of = 'weight' }: { seed?: number; of?: 'weight' | 'bias' } = {},
) {
  const init = of === 'weight' ? { init: { type } } : { biasInit: { type } }
  const layers = [
    flatten({ name: 'flatten' }),
    dense({ name: 'dense0', units: fanOut, ...init }),
    dense({ name: 'dense1', units: 4 }),
  ]
  const trainer = await smallTrainer({ seed, layers })
  return (await weightsByName(trainer)).get(`dense0.${of}`)!
}

const largest = (values: Float32Array) => values.reduce((largest, x) => Math.max(largest, Math.abs(x)), 0)
const mean = (values: Float32Array) => values.reduce((sum, x) => sum + x, 0) / values.length
const deviation = (values: Float32Array) => Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length)

/** Rounding to fp32 may lift the largest draw over its bound. */
const rounding = 1 + 2 ** -23

describe('uniform initial weights', () => {
  test.each<[Initializer['type'], string, number]>([
    ['glorotUniform', '√(6 / (fanIn + fanOut))', Math.sqrt(6 / (fanIn + fanOut))],
    ['heUniform', '√(6 / fanIn)', Math.sqrt(6 / fanIn)],
    ['lecunUniform', '√(3 / fanIn)', Math.sqrt(3 / fanIn)],
    ['pytorchDefault', '1 / √fanIn', 1 / Math.sqrt(fanIn)],
  ])('of %s fill the range up to %s', async (type, _, limit) => {
    const weights = await drawn(type)
    expect(largest(weights)).toBeLessThanOrEqual(limit * rounding)
    expect(largest(weights)).toBeGreaterThan(0.999 * limit)
    expect(deviation(weights) / (limit / Math.sqrt(3))).toBeCloseTo(1, 2)
    expect(Math.abs(mean(weights))).toBeLessThan(0.01 * limit)
  })
})

describe('normal initial weights', () => {
  /** The deviation of a standard normal distribution cut off at 2. */
  const truncatedDeviation = 0.87963

  test.each<[Initializer['type'], string, number]>([
    ['glorotNormal', '√(2 / (fanIn + fanOut))', Math.sqrt(2 / (fanIn + fanOut))],
    ['heNormal', '√(2 / fanIn)', Math.sqrt(2 / fanIn)],
    ['lecunNormal', '√(1 / fanIn)', Math.sqrt(1 / fanIn)],
  ])('of %s are cut off at two deviations of %s', async (type, _, sigma) => {
    const weights = await drawn(type)
    expect(largest(weights)).toBeLessThanOrEqual(2 * sigma * rounding)
    expect(largest(weights)).toBeGreaterThan(1.99 * sigma)
    expect(deviation(weights) / (truncatedDeviation * sigma)).toBeCloseTo(1, 2)
    expect(Math.abs(mean(weights))).toBeLessThan(0.01 * sigma)
    // Drawn again, not pushed to the border.
    const outermost = weights.filter((w) => Math.abs(w) > 1.9 * sigma).length / weights.length
    expect(outermost).toBeGreaterThan(0.01)
    expect(outermost).toBeLessThan(0.0145)
  })
})

describe('biases', () => {
  test('start at zero where they should', async () => {
    expect(largest(await drawn('zeros', { of: 'bias' }))).toBe(0)
  })

  test('take pytorchDefault’s range from the inputs of their layer', async () => {
    const biases = await drawn('pytorchDefault', { of: 'bias' })
    expect(largest(biases)).toBeLessThanOrEqual(rounding / Math.sqrt(fanIn))
    expect(largest(biases)).toBeGreaterThan(0.99 / Math.sqrt(fanIn))
  })
})

test('weights of zeros are zero', async () => {
  expect(largest(await drawn('zeros'))).toBe(0)
})

test.each<Initializer['type']>(['glorotUniform', 'heNormal'])('%s follows the seed', async (type) => {
  const weights = await drawn(type)
  expect(sameBits(await drawn(type), weights)).toBe(true)
  expect(sameBits(await drawn(type, { seed: 2 }), weights)).toBe(false)
})

test('seeds that differ in their highest bit differ', async () => {
  expect(sameBits(await drawn('glorotUniform', { seed: 2 ** 31 + 1 }), await drawn('glorotUniform'))).toBe(false)
})

test('the layers of a network start with weights of their own', async () => {
  const layers = [
    flatten({ name: 'flatten' }),
    dense({ name: 'dense0', units: 35 }),
    dense({ name: 'dense1', units: 35 }),
    dense({ name: 'dense2', units: 4 }),
  ]
  const weights = await weightsByName(await smallTrainer({ layers }))
  expect(sameBits(weights.get('dense0.weight')!, weights.get('dense1.weight')!)).toBe(false)
})
