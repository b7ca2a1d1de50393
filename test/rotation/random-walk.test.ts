import { describe, expect, test } from 'vitest'
import { randomWalk } from '../../src/rotation/random-walk.js'

describe('the random walk', () => {
  // The paper's MNIST runs have 5 steps an epoch, and are looked at after the first step of the next one.
  test.each([
    [3 ** -2, [0.269, 0.462, 0.786, 0.935]],
    [3 ** -2.5, [0.099, 0.187, 0.403, 0.6]],
    [3 ** -4, [0.004, 0.008, 0.019, 0.033]],
  ])('at a rate of %f comes to the predicted distances after 10, 20, 50 and 89 epochs', (rate, expected) => {
    const rotation = randomWalk(Array(450).fill(rate))
    const found = [10, 20, 50, 89].map((epoch) => Number(rotation[5 * epoch + 1]!.toFixed(3)))
    expect(found).toEqual(expected)
  })

  test('multiplies the cosines of changing rates, from 0 on', () => {
    const rates = [1, 0, Math.sqrt(3), 1e-9]
    const expected = [0, 1 - Math.SQRT1_2, 1 - Math.SQRT1_2, 1 - Math.SQRT1_2 / 2, 1 - Math.SQRT1_2 / 2]
    randomWalk(rates).forEach((rotation, step) => expect(rotation).toBeCloseTo(expected[step]!, 15))
    expect(randomWalk([])).toEqual(Float64Array.of(0))
  })

  test('keeps the digits of small rates', () => {
    const rotation = randomWalk(Array(1000).fill(1e-9))
    expect(rotation[1000]! / (1000 * 0.5e-18)).toBeCloseTo(1, 12)
  })
})
