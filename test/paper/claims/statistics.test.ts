import { describe, expect, test } from 'vitest'
import { neighbourCorrelation } from '../../../src/paper/claims/features.js'
import { holm } from '../../../src/paper/claims/holm.js'
import { pairedDifference } from '../../../src/paper/claims/paired-difference.js'
import { rankCorrelationTest, type RankedSetting } from '../../../src/paper/claims/rank-correlation-test.js'
import { rankCorrelation } from '../../../src/study/statistics.js'

describe('a paired difference', () => {
  test("has the interval and the p-value of Student's t", () => {
    // t = mean / (deviation / √3) = √7; with two degrees of freedom p = 1 - t / √(t² + 2), and p = 0.05 at t = 4.3027.
    const found = pairedDifference([1, 2, 4])!
    expect(found).toMatchObject({ n: 3, samples: 'seeds' })
    expect(found.value).toBeCloseTo(7 / 3, 12)
    expect(found.p).toBeCloseTo(1 - Math.sqrt(7) / 3, 10)
    expect(found.interval![0]).toBeCloseTo(-1.461_25, 4)
    expect(found.interval![1]).toBeCloseTo(6.127_92, 4)
    expect(pairedDifference([-1, -2, -4])!.p).toBeCloseTo(found.p!, 12)
  })

  test('leaves out what is not known, and has neither for one number or equal ones', () => {
    expect(pairedDifference([NaN, 3])).toEqual({ value: 3, n: 1, samples: 'seeds', interval: null, p: null })
    expect(pairedDifference([2, 2])).toMatchObject({ value: 2, n: 2, interval: null, p: null })
    expect(pairedDifference([NaN])).toBeNull()
    expect(pairedDifference([])).toBeNull()
  })
})

describe('a rank correlation', () => {
  const settings = (x: readonly number[], y: readonly number[]): RankedSetting[] =>
    x.map((value, i) => ({ x: [value], y: [y[i]!] }))

  test('has the p-value of all permutations, nearly', () => {
    const [x, y] = [
      [1, 2, 3, 4, 5, 6],
      [2, 1, 4, 3, 6, 5],
    ]
    const value = rankCorrelation(x, y)
    const all = permutationsOf(y)
    const exact = all.filter((one) => Math.abs(rankCorrelation(x, one)) >= value - 1e-12).length / all.length
    const found = rankCorrelationTest(settings(x, y))!
    expect(found).toMatchObject({ n: 6, samples: 'settings' })
    expect(found.value).toBeCloseTo(value, 12)
    expect(found.p).toBeGreaterThan(exact / 1.3)
    expect(found.p).toBeLessThan(exact * 1.3)
    const [low, high] = found.interval!
    expect(low).toBeLessThan(value)
    expect(high).toBeGreaterThan(value)
    expect(rankCorrelationTest(settings(x, y))).toEqual(found)
  })

  test('is that of the means over the seeds, and their scatter widens the interval', () => {
    const x = [1, 2, 3, 4, 5, 6, 7, 8]
    const still = x.map((value) => ({ x: [value, value], y: [value, value] }))
    const scattered = x.map((value) => ({ x: [value, value], y: [value - 5, value + 5] }))
    expect(rankCorrelationTest(still)).toMatchObject({ value: 1, interval: [1, 1] })
    const found = rankCorrelationTest(scattered)!
    expect(found.value).toBe(1)
    expect(found.interval![0]).toBeLessThan(0.9)
  })

  test('has no p-value below four settings, and no value if all are equal', () => {
    expect(rankCorrelationTest(settings([1, 2, 3], [1, 2, 3]))).toEqual({
      value: 1,
      n: 3,
      samples: 'settings',
      interval: null,
      p: null,
    })
    expect(rankCorrelationTest(settings([1, 2, 3, 4], [5, 5, 5, 5]))).toBeNull()
    expect(rankCorrelationTest([])).toBeNull()
  })
})

function permutationsOf(values: readonly number[]): number[][] {
  if (values.length === 0) return [[]]
  return values.flatMap((first, i) =>
    permutationsOf(values.filter((_, other) => other !== i)).map((rest) => [first, ...rest]),
  )
}

test("Holm's correction is that of its publication", () => {
  expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02])
  expect(holm([0.5, null, 0.9])).toEqual([1, null, 1])
  expect(holm([])).toEqual([])
})

test('neighbouring weights correlate in an image, and not in noise', () => {
  const pixels = Array.from({ length: 784 }, (_, i) => [Math.floor(i / 28), i % 28] as const)
  const image = (value: (row: number, column: number) => number) =>
    neighbourCorrelation(Float32Array.from(pixels, ([row, column]) => value(row, column)))
  expect(image((row, column) => Math.sin(row / 4) + Math.cos(column / 4))).toBeGreaterThan(0.9)
  expect(image((row, column) => ((row + column) % 2) * 2 - 1)).toBeCloseTo(-1, 6)
  // Columns of alternating sign: neighbours beside each other differ, those below are equal. The end of a row has no neighbour.
  expect(image((_, column) => (column % 2) * 2 - 1)).toBeCloseTo(0, 6)
})
