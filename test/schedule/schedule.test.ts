import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  constant,
  cosine,
  exponential,
  linear,
  oneCycle,
  perLayer,
  polynomial,
  schedule,
  steps,
  warmup,
  type LearningRateConfig,
} from '../../src/index.js'
import { nominalRate } from '../../src/schedule/nominal-rate.js'
import { failure } from '../support/failure.js'
import { curveProofs } from './curve-proofs.js'

/** Rates at times, to the digits that the documentation prints. */
function rates(config: LearningRateConfig, epochs: readonly number[], run = {}): number[] {
  return epochs.map((epoch) => Number(schedule(config, run)(epoch).toPrecision(4)))
}

const whole = (n: number) => Array.from({ length: n }, (_, epoch) => epoch)

describe('the values that the documentation prints', () => {
  test.each([...curveProofs])('%s', (_, { printed }) => {
    for (const [config, epochs, expected] of printed) expect(rates(config, epochs)).toEqual(expected)
  })

  test.each<[string, LearningRateConfig, number[], number[]]>([
    ['linear warmup', warmup(constant(1), { epochs: 2 }), [0, 0.5, 1, 1.5, 2], [0.1, 0.325, 0.55, 0.775, 1]],
    [
      'discrete warmup',
      warmup(constant(1), { epochs: 2, kind: 'discrete' }),
      [0, 0.5, 1, 1.5, 2],
      [0.1, 0.1, 0.1, 0.1, 1],
    ],
    [
      'exponential warmup',
      warmup(constant(1), { epochs: 2, kind: 'exponential' }),
      [0, 0.5, 1, 1.5, 2],
      [0.1, 0.1778, 0.3162, 0.5623, 1],
    ],
  ])('%s', (_, config, epochs, expected) => {
    expect(rates(config, epochs)).toEqual(expected)
  })
})

describe('steps', () => {
  test('drops from the 91st epoch on, as the paper does for MNIST', () => {
    const rate = schedule(steps(3 ** -2, { at: [90], factor: 1 / 5 }))
    expect(rate(89.999)).toBe(1 / 9)
    expect(rate(90)).toBeCloseTo(1 / 45, 15)
    expect(rate(99)).toBeCloseTo(1 / 45, 15)
  })

  test('without drops is constant', () => {
    expect(whole(5).map(schedule(steps(0.3, { at: [], factor: 0.5 })))).toEqual([0.3, 0.3, 0.3, 0.3, 0.3])
  })

  test.each([
    [[3, 2], 'INVALID_CONFIG: steps: at: the epochs do not ascend; expected each once, in ascending order'],
    [[2, 2], 'INVALID_CONFIG: steps: at: the epochs do not ascend; expected each once, in ascending order'],
    [[0], 'INVALID_CONFIG: steps: at.0 is 0; expected at least 1'],
    [[1.5], 'INVALID_CONFIG: steps: at.0 is 1.5; expected a whole number'],
  ])('refuses drops at %j', async (at, message) => {
    expect(await failure(() => steps(1, { at, factor: 0.1 }))).toBe(message)
  })
})

describe('the length of the run', () => {
  const open = [linear(1), polynomial(1, { power: 0.9 }), cosine(1), oneCycle(1)]

  test.each(open)('$type stretches over it unless it has one of its own', (config) => {
    const own = { ...config, epochs: 12.5 }
    const times = [0, 1, 5.25, 12, 20]
    expect(rates(config, times, { epochs: 12.5 })).toEqual(rates(own, times, { epochs: 99 }))
  })

  test.each(open)('$type needs it', async (config) => {
    expect(await failure(() => schedule(config))).toBe(
      `INVALID_CONFIG: ${config.type}: epochs is null; expected a number, here or of the run`,
    )
  })

  test('reaches the schedule inside a warmup, and the default of schedules per layer', () => {
    const inside = perLayer({ default: warmup(linear(1), { epochs: 2 }), layers: {} })
    expect(rates(inside, [1, 5], { epochs: 10 })).toEqual([0.495, 0.5])
  })
})

describe('cosine', () => {
  test('has restarts or a length, not both', async () => {
    expect(await failure(() => cosine(1, { epochs: 3, restarts: { period: 1 } }))).toBe(
      'INVALID_CONFIG: cosine: epochs: with restarts, restarts.period sets the length of a fall; expected null',
    )
  })

  test('begins again after 10, 30, 70, 150 epochs with a period of 10 that doubles', () => {
    const rate = schedule(cosine(0.5, { final: 0.1, restarts: { period: 10, factor: 2 } }))
    for (const restart of [10, 30, 70, 150]) {
      expect(rate(restart)).toBe(0.5)
      expect(rate(restart - 1e-6)).toBeCloseTo(0.1, 9)
    }
  })
})

describe('warmup', () => {
  test.each([
    [3, 5],
    [7, 11],
    [49, 97],
    [351, 702],
    [400, 1199],
  ])('of %s steps an epoch ends after exactly %s of them, however times are rounded', (perEpoch, steps) => {
    const rate = schedule(warmup(constant(1), { epochs: steps / perEpoch, kind: 'discrete' }))
    const rates = Array.from({ length: 4 * perEpoch }, (_, i) =>
      rate(Math.floor(i / perEpoch) + (i % perEpoch) / perEpoch),
    )
    expect(rates.indexOf(1)).toBe(steps)
    expect(new Set(rates)).toEqual(new Set([0.1, 1]))
  })

  test("is the paper's at every batch: 351 steps an epoch, 5 epochs, rate 3^-1 that drops at 60", () => {
    const rate = 3 ** -1
    const warmedUp = schedule(warmup(steps(rate, { at: [60, 120, 160], factor: 0.2 }), { epochs: 5 }))
    const errors = Array.from({ length: 70 * 351 }, (_, step) => {
      const [epoch, batch] = [Math.floor(step / 351), step % 351]
      const f = (epoch * 351 + batch) / (5 * 351)
      const constantly = epoch < 60 ? rate : rate * 0.2
      return warmedUp(epoch + batch / 351) - (f < 1 ? rate * f + (rate / 10) * (1 - f) : constantly)
    })
    expect(Math.max(...errors.map(Math.abs))).toBeLessThan(1e-15)
  })

  test('may begin at 0, but not as an exponential', async () => {
    expect(rates(warmup(constant(1), { epochs: 4, factor: 0 }), [0, 1, 2])).toEqual([0, 0.25, 0.5])
    expect(await failure(() => warmup(constant(1), { epochs: 4, factor: 0, kind: 'exponential' }))).toBe(
      'INVALID_CONFIG: warmup: factor: an exponential warmup cannot begin at 0; expected a number above 0',
    )
  })

  test('of schedules per layer warms up each of them', () => {
    const both = perLayer({ default: constant(1), layers: { dense1: constant(2) } })
    expect(warmup(both, { epochs: 3 })).toEqual({
      type: 'perLayer',
      default: warmup(constant(1), { epochs: 3 }),
      layers: { dense1: warmup(constant(2), { epochs: 3 }) },
    })
  })

  test('comes on top of a schedule once', async () => {
    const twice = { ...warmup(constant(1), { epochs: 3 }) } as never
    expect(await failure(() => warmup(twice, { epochs: 1 }))).toContain('schedule.type is "warmup"; expected one of')
  })
})

describe('any schedule', () => {
  const rate = fc.double({ min: 1e-6, max: 10, noNaN: true })
  const length = fc.double({ min: 0.5, max: 300, noNaN: true })
  const falls = fc.oneof(
    rate.map(constant),
    fc
      .tuple(rate, fc.uniqueArray(fc.integer({ min: 1, max: 300 }), { maxLength: 5 }))
      .map(([initial, at]) => steps(initial, { at: at.sort((a, b) => a - b), factor: 0.3 })),
    fc
      .tuple(rate, fc.double({ min: 0.5, max: 1, noNaN: true }))
      .map(([initial, factor]) => exponential(initial, { factor })),
    fc
      .tuple(rate, length, fc.double({ min: 0.1, max: 4, noNaN: true }))
      .map(([initial, epochs, power]) => polynomial(initial, { epochs, power })),
    fc.tuple(rate, length).map(([initial, epochs]) => linear(initial, { epochs })),
    fc.tuple(rate, length).map(([initial, epochs]) => cosine(initial, { epochs })),
  )
  const times = fc.tuple(fc.double({ min: 0, max: 400, noNaN: true }), fc.double({ min: 0, max: 400, noNaN: true }))

  test('that falls begins at its nominal rate, never rises and stays at 0 or above', () => {
    fc.assert(
      fc.property(falls, times, (config, [a, b]) => {
        const at = schedule(config)
        expect(at(0)).toBeCloseTo(nominalRate(config)!, 12)
        expect(at(Math.max(a, b))).toBeLessThanOrEqual(at(Math.min(a, b)) * (1 + 1e-12))
        expect(at(Math.max(a, b))).toBeGreaterThanOrEqual(0)
      }),
    )
  })

  test('is never raised by a warmup, and is itself from its end on', () => {
    const kinds = fc.constantFrom('linear', 'discrete', 'exponential')
    fc.assert(
      fc.property(falls, kinds, length, times, (config, kind, epochs, [time]) => {
        const [plain, warmedUp] = [schedule(config), schedule(warmup(config, { epochs, kind }))]
        expect(warmedUp(time)).toBeLessThanOrEqual(plain(time) * (1 + 1e-12))
        expect(warmedUp(epochs + time)).toBe(plain(epochs + time))
        expect(warmedUp(0)).toBeCloseTo(plain(0) / 10, 12)
      }),
    )
  })

  test('is the same after its config was written as JSON', () => {
    fc.assert(
      fc.property(falls, (config) => {
        expect(JSON.parse(JSON.stringify(config))).toEqual(config)
      }),
    )
  })
})

test.each([
  [0, 'expected a number above 0'],
  [-0.1, 'expected a number above 0'],
  [NaN, 'expected a finite number'],
  [Infinity, 'expected a finite number'],
])('a learning rate of %d is refused', async (rate, expectation) => {
  const named = (name: string, make: () => unknown) => ({ name, make })
  const makers = [
    named('constant: initial', () => constant(rate)),
    named('steps: initial', () => steps(rate, { at: [], factor: 1 })),
    named('steps: factor', () => steps(1, { at: [], factor: rate })),
    named('exponential: initial', () => exponential(rate, { factor: 1 })),
    named('exponential: factor', () => exponential(1, { factor: rate })),
    named('polynomial: initial', () => polynomial(rate, { power: 1 })),
    named('polynomial: power', () => polynomial(1, { power: rate })),
    named('linear: initial', () => linear(rate)),
    named('cosine: initial', () => cosine(rate)),
    named('oneCycle: maximum', () => oneCycle(rate)),
    named('oneCycle: finalDivisor', () => oneCycle(1, { finalDivisor: rate })),
    named('warmup: epochs', () => warmup(constant(1), { epochs: rate })),
  ]
  for (const { name, make } of makers)
    expect(await failure(make)).toBe(`INVALID_CONFIG: ${name} is ${rate}; ${expectation}`)
})
