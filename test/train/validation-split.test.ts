import { describe, expect, test } from 'vitest'
import { permutation } from '../../src/random.js'
import { splitForValidation } from '../../src/train/validation-split.js'
import { failure } from '../support/failure.js'

const sorted = (indices: Iterable<number>): number[] => [...indices].sort((a, b) => a - b)

describe('a validation split', () => {
  test('is the first tenth of an order of its own', () => {
    const { train, validation } = splitForValidation(50_000, { share: 0.1 }, 3)
    const order = permutation(50_000, 3, 0xffffffff)
    expect([...validation]).toEqual(sorted(order.subarray(0, 5000)))
    expect([...train]).toEqual(sorted(order.subarray(5000)))
  })

  test('rounds, halves up', () => {
    expect(splitForValidation(25, { share: 0.1 }, 1).validation).toHaveLength(3)
    expect(splitForValidation(24, { share: 0.1 }, 1).validation).toHaveLength(2)
  })

  test('is empty if there is none', () => {
    const { train, validation } = splitForValidation(5, null, 1)
    expect([...train]).toEqual([0, 1, 2, 3, 4])
    expect(validation).toHaveLength(0)
  })

  test.each([
    [0.04, 'of 10 training images 0 validate and 10 train'],
    [0.95, 'of 10 training images 10 validate and 0 train'],
  ])('of %s of ten images is refused', async (share, found) => {
    expect(await failure(() => splitForValidation(10, { share }, 1))).toBe(
      `INVALID_CONFIG: validation.share is ${share}: ${found}; expected a share of at least 0.05 and below 0.95, or null`,
    )
  })

  test('of a single image is refused, whatever the share is', async () => {
    expect(await failure(() => splitForValidation(1, { share: 0.5 }, 1))).toContain(
      'expected null, because one image cannot be shared',
    )
  })
})
