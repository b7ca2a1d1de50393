import { expect, test } from 'vitest'
import { thin } from '../../src/figure/thin.js'

test('thin keeps the first and the last index and spreads the others evenly', () => {
  expect(thin(4, 10)).toEqual([0, 1, 2, 3])
  expect(thin(101, 6)).toEqual([0, 20, 40, 60, 80, 100])
  expect(thin(0, 10)).toEqual([])
  expect(new Set(thin(251, 120)).size).toBe(120)
})
