import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sgd } from '../../src/optimizer/rules/sgd.js'
import { layersUnder } from './support/layers.js'
import { cosineDistance, norm } from './support/vectors.js'

/** Numbers of very different size in one vector, which is not zero. */
const number = fc.oneof(
  fc.float({ min: -1, max: 1, noNaN: true }),
  fc.float({ min: Math.fround(-1e6), max: Math.fround(1e6), noNaN: true }),
  fc.constantFrom(0, 1, -1, Math.fround(1e-6)),
)
const pair = fc.integer({ min: 1, max: 200 }).chain((n) => {
  const vector = fc
    .array(number, { minLength: n, maxLength: n })
    .map((values) => Float32Array.from(values))
    .filter((values) => norm(values) > 1e-9)
  return fc.tuple(vector, vector)
})
/** 2^-20 … 2^20: it changes no digit of the weights. */
const scale = fc.integer({ min: -20, max: 20 }).map((power) => 2 ** power)

async function rotation(now: Float32Array, initial: Float32Array, preferAten: boolean): Promise<number> {
  const layers = await layersUnder(sgd(), [initial], { preferAten })
  await layers.setWeights([now])
  return (await layers.rotation())[0]!
}

/** The sums are of differences to the initial weights: where one vector is far longer, their last digits are its. */
function tolerance(now: Float32Array, initial: Float32Array): number {
  const ratio = norm(now) / norm(initial)
  return 1e-13 + 1e-14 * Math.max(ratio, 1 / ratio)
}

const times = (vector: Float32Array, by: number) => vector.map((value) => value * by)

describe.each([
  ['the CPU kernels', false],
  ['LibTorch operations', true],
])('rotation by %s', (_, preferAten) => {
  test('is 0 … 2 and what the formula gives in fp64', () =>
    fc.assert(
      fc.asyncProperty(pair, async ([now, initial]) => {
        const found = await rotation(now, initial, preferAten)
        expect(found).toBeGreaterThanOrEqual(0)
        expect(found).toBeLessThanOrEqual(2 + tolerance(now, initial))
        expect(Math.abs(found - cosineDistance(now, initial))).toBeLessThan(tolerance(now, initial))
      }),
      { numRuns: 200 },
    ))

  test('does not change when the weights, or the initial ones, are scaled', () =>
    fc.assert(
      fc.asyncProperty(pair, scale, async ([now, initial], by) => {
        const found = await rotation(now, initial, preferAten)
        for (const [other, from] of [
          [times(now, by), initial],
          [now, times(initial, by)],
        ] as const) {
          const error = Math.abs((await rotation(other, from, preferAten)) - found)
          expect(error).toBeLessThan(tolerance(now, initial) + tolerance(other, from))
        }
      }),
      { numRuns: 100 },
    ))

  test('is the same from either side', () =>
    fc.assert(
      fc.asyncProperty(pair, async ([now, initial]) => {
        const there = await rotation(now, initial, preferAten)
        const back = await rotation(initial, now, preferAten)
        expect(Math.abs(there - back)).toBeLessThan(2 * tolerance(now, initial))
      }),
      { numRuns: 100 },
    ))
})
