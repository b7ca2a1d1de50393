import { expect, test } from 'vitest'
import { sparkline } from '../../src/cli/terminal/sparkline.js'

test('a sparkline spans its range in eight heights', () => {
  expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7], 8)).toBe('▁▂▃▄▅▆▇█')
  expect(sparkline([0, 0.3, 0.5, 0.8, 1], 5)).toBe('▁▃▅▇█')
  expect(sparkline([0.5, 0.5], 8)).toBe('▁▁')
  expect(sparkline([0.5, 1], 8, [0, 1])).toBe('▅█')
  expect(sparkline([], 8)).toBe('')
  expect(sparkline([0, Number.NaN, 1], 8)).toBe('▁█')
})

test('a sparkline of more values than columns shows their means', () => {
  expect(sparkline([0, 1, 2, 3], 2)).toBe('▁█')
  expect([
    ...sparkline(
      Array.from({ length: 1000 }, (_, i) => i ** 2),
      37,
    ),
  ]).toHaveLength(37)
})
