import { describe, expect, test } from 'vitest'
import { rankCorrelation, summarize } from '../../src/study/statistics.js'

describe('a summary', () => {
  test('has mean, sample standard deviation and number', () => {
    // Squares around 5: 9 + 1 + 1 + 1 + 0 + 0 + 4 + 16 = 32, and 32 / 7.
    const { mean, deviation, n } = summarize([2, 4, 4, 4, 5, 5, 7, 9])!
    expect([mean, deviation, n]).toEqual([5, expect.closeTo(2.138089935299395, 14), 8])
  })

  test('leaves out what is not known', () => {
    expect(summarize([null, 1, null, 3])).toEqual({ mean: 2, deviation: Math.SQRT2, n: 2 })
  })

  test('of one number has no deviation, of none is nothing', () => {
    expect(summarize([0.5])).toEqual({ mean: 0.5, deviation: null, n: 1 })
    expect(summarize([null])).toBeNull()
    expect(summarize([])).toBeNull()
  })

  test('of equal numbers has the deviation 0', () => {
    expect(summarize([0.25, 0.25, 0.25])).toEqual({ mean: 0.25, deviation: 0, n: 3 })
  })
})

describe('Spearman’s rank correlation', () => {
  test('is that of the textbook', () => {
    // IQ and hours of television: 1 - 6 · 194 / (10 · 99) = -29/165.
    const iq = [106, 100, 86, 101, 99, 103, 97, 113, 112, 110]
    const hours = [7, 27, 2, 50, 28, 29, 20, 12, 6, 17]
    expect(rankCorrelation(iq, hours)).toBeCloseTo(-29 / 165, 12)
  })

  test('gives ties the mean of their ranks', () => {
    // Ranks 1, 2.5, 2.5, 4 and 1, 2, 3, 4: 4.5 / √(4.5 · 5).
    expect(rankCorrelation([1, 2, 2, 3], [10, 20, 30, 40])).toBeCloseTo(Math.sqrt(0.9), 12)
    expect(rankCorrelation([1, 1, 2, 2], [5, 5, 9, 9])).toBeCloseTo(1, 12)
  })

  test('sees order alone', () => {
    expect(rankCorrelation([1, 2, 3], [1, 100, 101])).toBeCloseTo(1, 12)
    expect(rankCorrelation([1, 2, 3], [8, 4, -1])).toBeCloseTo(-1, 12)
  })

  test('does not exist without variation', () => {
    expect(rankCorrelation([1, 2, 3], [4, 4, 4])).toBeNaN()
    expect(rankCorrelation([1], [1])).toBeNaN()
    expect(rankCorrelation([], [])).toBeNaN()
  })
})
