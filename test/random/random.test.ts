import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mix, permutation, streams } from '../../src/random.js'

/** The definition in exact integers. */
function exactMix(x: bigint): bigint {
  x ^= x >> 16n
  x = (x * 0x7feb352dn) & 0xffffffffn
  x ^= x >> 15n
  x = (x * 0x846ca68bn) & 0xffffffffn
  return x ^ (x >> 16n)
}

function exactKey(seed: number, stream: number, i: number): bigint {
  const scattered = exactMix((exactMix(BigInt(seed)) + BigInt(stream)) & 0xffffffffn)
  return exactMix((scattered + BigInt(i)) & 0xffffffffn)
}

const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 })

describe('mix', () => {
  test('prints these values in Python too', () => {
    expect([0, 1, 2, 0xffffffff, 0x80000000].map(mix)).toEqual([0, 0x688990c0, 0xd1132181, 0x6768824a, 0xcc4b4124])
  })

  test('agrees with exact integers', () => {
    fc.assert(fc.property(uint32, (x) => BigInt(mix(x)) === exactMix(BigInt(x))))
  })
})

describe('permutation', () => {
  test('prints these values in Python too', () => {
    expect([...permutation(10, 1, 0)]).toEqual([4, 9, 0, 8, 1, 5, 6, 3, 7, 2])
    expect([...permutation(10, 1, 1)]).toEqual([9, 4, 0, 5, 8, 2, 7, 3, 6, 1])
    expect([...permutation(10, 2 ** 32 - 1, 7)]).toEqual([5, 3, 9, 4, 7, 2, 1, 0, 6, 8])
    expect([...permutation(60_000, 1, 0).slice(0, 4)]).toEqual([40222, 48587, 28240, 18934])
  })

  test('is every index once, sorted by (key, index)', () => {
    const sorted = (n: number, seed: number, stream: number) =>
      Array.from({ length: n }, (_, i) => i).sort((a, b) => {
        const [keyA, keyB] = [exactKey(seed, stream, a), exactKey(seed, stream, b)]
        return keyA < keyB ? -1 : keyA > keyB ? 1 : a - b
      })
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300 }), uint32, uint32, (n, seed, stream) => {
        expect([...permutation(n, seed, stream)]).toEqual(sorted(n, seed, stream))
      }),
    )
  })

  test('puts every index in every place about equally often', () => {
    const draws = 10_000
    const counts = Array.from({ length: 5 }, () => [0, 0, 0, 0, 0])
    for (let stream = 0; stream < draws; stream++) {
      for (const [place, index] of permutation(5, 1, stream).entries()) counts[place]![index]!++
    }
    // Chi-square with 16 degrees of freedom: 39.25 is exceeded once in a thousand.
    const expected = draws / 5
    const chiSquare = counts.flat().reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
    expect(chiSquare).toBeLessThan(39.25)
  })

  test('differs from epoch to epoch and from the subset', () => {
    const chosen = [streams.subset, streams.order(0), streams.order(1), streams.order(99)]
    expect(new Set(chosen).size).toBe(4)
    expect(new Set(chosen.map((stream) => permutation(20, 1, stream).join())).size).toBe(4)
  })

  test('takes at most 2 ** 21 indices', () => {
    expect(() => permutation(2 ** 21 + 1, 1, 0)).toThrow(RangeError)
  })
})
