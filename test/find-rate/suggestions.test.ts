import { describe, expect, test } from 'vitest'
import { smoothing } from '../../src/find-rate/smoothed.js'
import { suggestionsOf } from '../../src/find-rate/suggestions.js'

const steps = 100
/** 1e-7 … 10 */
const rates = Float64Array.from({ length: steps }, (_, i) => 10 ** (-7 + (8 * i) / (steps - 1)))
const suggested = (loss: (logRate: number) => number, length = steps) =>
  suggestionsOf(
    {
      rates: rates.slice(0, length),
      losses: Float64Array.from(rates.slice(0, length), (rate) => loss(Math.log10(rate))),
    },
    steps,
  )

/** The index of a rate. */
const placeOf = (rate: number | null) => Array.from(rates).indexOf(rate ?? NaN)

describe('the smoothed loss', () => {
  test('is the mean with weights that fall by 0.98, which add up to 1', () => {
    const losses = Array.from({ length: 300 }, (_, i) => 2 + Math.sin(i) - i / 200)
    const smooth = smoothing()
    for (const [n, loss] of losses.entries()) {
      const seen = losses.slice(0, n + 1)
      const weights = seen.map((_, k) => 0.98 ** (n - k))
      const total = weights.reduce((a, b) => a + b)
      const expected = seen.reduce((sum, one, k) => sum + (one * weights[k]!) / total, 0)
      expect(smooth(loss)).toBeCloseTo(expected, 12)
    }
  })
})

describe('suggestions', () => {
  test('the steepest is where a falling curve turns', () => {
    const { steepest } = suggested((log) => 2 - 1 / (1 + Math.exp(-3 * (log + 2))))
    expect(Math.log10(steepest!)).toBeGreaterThan(-2 - 8 / (steps - 1))
    expect(Math.log10(steepest!)).toBeLessThanOrEqual(-2)
  })

  test('the minimum is a tenth of the rate with the least loss', () => {
    const { minimum } = suggested((log) => (log + 1.5) ** 2)
    expect(Math.log10(minimum! * 10)).toBeCloseTo(-1.5, 1)
    expect(placeOf(Number((minimum! * 10).toPrecision(15)))).toBe(-1)
  })

  test('the valley is what the formula of fastai gives', () => {
    // Falls at each of the 85 steps that count, from 10 to 94: -1 + 28 + 14, from the first of them.
    expect(placeOf(suggested((log) => -log).valley)).toBe(10 + 41)
    // Flat, a fall of 30 losses that ends at step 79, 69 of those that count, and a rise: 69 - 30 + 10 + 5.
    const place = (log: number) => Math.round(((log + 7) * (steps - 1)) / 8)
    const valley = (log: number) => Math.max(50, place(log)) - 2 * Math.max(50, Math.min(79, place(log)))
    const { valley: found, minimum } = suggested(valley)
    expect(placeOf(found)).toBe(10 + 54)
    expect(minimum).toBe(rates[79]! / 10)
  })

  test('leave out the first tenth, and the last five steps', () => {
    const spikes = (log: number) => (log < -6.9 ? -100 : log > 0.9 ? -200 : (log + 2) ** 2)
    const { minimum, steepest } = suggested(spikes)
    expect(Math.log10(minimum! * 10)).toBeCloseTo(-2, 1)
    expect(steepest!).toBeLessThan(0.1)
  })

  test('are none where the loss does not fall, or too few steps were made', () => {
    const none = { valley: null, steepest: null, minimum: null }
    expect(suggested(() => 2.3)).toEqual(none)
    expect(suggested((log) => log)).toEqual(none)
    for (const length of [0, 1, 14, 16]) expect(suggested((log) => -log, length)).toEqual(none)
  })
})
