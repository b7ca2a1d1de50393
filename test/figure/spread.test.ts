import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { spread } from '../../src/figure/spread.js'

describe('spread', () => {
  test('leaves labels alone that do not touch', () => {
    expect(spread([10, 90, 50], 14, 0, 100)).toEqual([10, 90, 50])
  })

  test('moves two that touch apart by the same distance', () => {
    expect(spread([50, 54], 14, 0, 100)).toEqual([45, 59])
  })

  test('keeps them within the bounds', () => {
    expect(spread([2, 3], 14, 0, 100)).toEqual([0, 14])
    expect(spread([99, 100], 14, 0, 100)).toEqual([86, 100])
  })

  test('keeps order, gap and bounds, whatever is wanted', () => {
    const wanted = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(wanted, (wanted) => {
        const placed = spread(wanted, 14, 0, 100)
        const gap = Math.min(14, 100 / Math.max(1, wanted.length - 1))
        const pairs = wanted.map((want, i) => ({ want, at: placed[i] ?? Number.NaN })).sort((a, b) => a.at - b.at)
        pairs.forEach(({ want, at }, i) => {
          expect(at).toBeGreaterThanOrEqual(-1e-6)
          expect(at).toBeLessThanOrEqual(100 + 1e-6)
          const next = pairs[i + 1]
          if (!next) return
          expect(next.at - at).toBeGreaterThanOrEqual(gap - 1e-6)
          expect(want).toBeLessThanOrEqual(next.want)
        })
      }),
    )
  })
})
