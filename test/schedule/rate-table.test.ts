import { describe, expect, test } from 'vitest'
import {
  alphaMultipliers,
  constant,
  cosine,
  layerMultipliers,
  layerSchedule,
  linear,
  perLayer,
  rateTable,
  scheduleFrom,
  steps,
  warmup,
} from '../../src/index.js'
import { rateCurves } from '../../src/schedule/rate-curves.js'

const layers = ['conv0', 'conv1', 'dense']

describe('schedules per layer', () => {
  const config = perLayer({
    default: constant(1),
    layers: { 'conv*': constant(2), 'conv?': constant(3), conv1: steps(4, { at: [1], factor: 0.5 }) },
  })

  test('go by pattern, of several that match by the last', () => {
    const rate = (layer: string, epoch: number) => layerSchedule(config, layer)(epoch)
    expect(['conv10', 'conv0', 'conv1', 'dense'].map((layer) => rate(layer, 0))).toEqual([2, 3, 4, 1])
    expect(['conv10', 'conv0', 'conv1', 'dense'].map((layer) => rate(layer, 1))).toEqual([2, 3, 2, 1])
  })

  test('are the same for all layers if there are none', () => {
    expect(layerSchedule(constant(0.5), 'conv0')(3)).toBe(0.5)
  })
})

describe('the table of an epoch', () => {
  const plain = { multipliers: null, epochs: 10 }

  test('has a row a step and a column a layer', () => {
    expect(rateTable({ ...plain, learningRate: constant(0.5) }, layers, 7, 2)).toEqual(new Float64Array(6).fill(0.5))
  })

  test('changes between epochs only, where steps does', () => {
    const learningRate = steps(1, { at: [1], factor: 0.25 })
    expect([...rateTable({ ...plain, learningRate }, ['dense'], 0, 4)]).toEqual([1, 1, 1, 1])
    expect([...rateTable({ ...plain, learningRate }, ['dense'], 1, 4)]).toEqual([0.25, 0.25, 0.25, 0.25])
  })

  test('changes with each step, where the schedule does', () => {
    const table = rateTable({ ...plain, learningRate: linear(1) }, ['dense'], 5, 2)
    expect([...table]).toEqual([0.5, 1 - 5.5 / 10])
  })

  test('is schedule times multiplier', () => {
    const learningRate = perLayer({ default: warmup(constant(1), { epochs: 1 }), layers: { dense: constant(8) } })
    const multipliers = layerMultipliers({ conv1: 0.5, dense: 0.25 })
    expect([...rateTable({ learningRate, multipliers, epochs: 2 }, layers, 0, 2)]).toEqual([
      0.1, 0.05, 2, 0.55, 0.275, 2,
    ])
    expect([...rateTable({ learningRate, multipliers, epochs: 2 }, layers, 1, 1)]).toEqual([1, 0.5, 2])
  })
})

describe('the curves of a run', () => {
  const settings = { learningRate: constant(1), multipliers: null, epochs: 100 }

  test('are one where all layers have the same rate, else one for each rate', () => {
    expect(rateCurves(settings, layers, 10).map((curve) => curve.layers)).toEqual([layers])
    const table = layerMultipliers({ conv1: 0.5 })
    expect(rateCurves({ ...settings, multipliers: table }, layers, 10).map((curve) => curve.layers)).toEqual([
      ['conv0', 'dense'],
      ['conv1'],
    ])
    const alpha = rateCurves({ ...settings, multipliers: alphaMultipliers(0.6) }, layers, 10)
    expect(alpha.map(({ points }) => Number(points[0]!.rate.toPrecision(4)))).toEqual([0.01024, 0.1012, 1])
  })

  test('end with the run and have every step of a short one', () => {
    const [curve] = rateCurves({ ...settings, learningRate: linear(1), epochs: 2 }, layers, 2)
    expect(curve!.points).toEqual([
      { epoch: 0, rate: 1 },
      { epoch: 0.5, rate: 0.75 },
      { epoch: 1, rate: 0.5 },
      { epoch: 1.5, rate: 0.25 },
      { epoch: 2, rate: 0.25 },
    ])
  })

  test.each([
    ['drops', steps(1, { at: [40_000], factor: 0.1 }), 1, 0.1, 40_000],
    ['restarts', cosine(1, { restarts: { period: 1 } }), 1, (1 + Math.cos(Math.PI * 0.999)) / 2, undefined],
    ['a warmup within an epoch', warmup(constant(1), { epochs: 0.5 }), 0.1, 1, 0.999],
    ['an epoch of a table', scheduleFrom((epoch) => (epoch === 70_000 ? 5 : 1), { epochs: 100_000 }), 1, 5, 70_000],
  ])('of 100 million steps show %s, in a moment', (_, learningRate, first, other, epoch) => {
    const begun = performance.now()
    const [curve] = rateCurves({ ...settings, learningRate, epochs: 100_000 }, layers, 1000)
    expect(performance.now() - begun).toBeLessThan(5000)
    expect(curve!.points[0]).toEqual({ epoch: 0, rate: first })
    const found = curve!.points.find(({ rate }) => Math.abs(rate - other) < 1e-9)
    expect(found).toBeDefined()
    if (epoch !== undefined) expect(found!.epoch).toBeCloseTo(epoch, 6)
    expect(curve!.points.at(-1)!.epoch).toBe(100_000)
    expect(curve!.points.length).toBeLessThan(1300)
  })

  test('show a spike of one step in a million', () => {
    const values = Array.from({ length: 1_000_000 }, (_, step) => (step === 123_457 ? 5 : 1))
    const learningRate = { type: 'tabulated', values, stepsPerEpoch: 10_000 } as const
    const [curve] = rateCurves({ ...settings, learningRate }, layers, 10_000)
    expect(curve!.points.length).toBeLessThan(1300)
    expect(curve!.points.find(({ rate }) => rate === 5)?.epoch).toBeCloseTo(12.3457, 9)
  })
})
