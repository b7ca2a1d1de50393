import { expect, test } from 'vitest'
import { ThinnedRows } from '../../src/watch/thinned-rows.js'

/** Rows of one number, 0, 1, 2 … */
function rowsUpTo(count: number, width = 1): ThinnedRows {
  const rows = new ThinnedRows()
  for (let i = 0; i < count; i++) rows.add(new Float32Array(width).fill(i))
  return rows
}

const firstOf = (rows: Float32Array[]) => rows.map(([first]) => first)

test('few rows are all kept', () => {
  const rows = rowsUpTo(2048)
  expect(rows.stride).toBe(1)
  expect(firstOf(rows.from(0))).toEqual(Array.from({ length: 2048 }, (_, i) => i))
  expect(firstOf(rows.from(2046))).toEqual([2046, 2047])
})

test.each([2049, 5000, 100_001])('of %i rows every 2^n-th is kept, and the last one', (count) => {
  const rows = rowsUpTo(count)
  const kept = firstOf(rows.from(0))
  expect(Math.log2(rows.stride) % 1).toBe(0)
  expect(kept.length).toBeGreaterThan(1000)
  expect(kept.length).toBeLessThanOrEqual(2049)
  const expected = Array.from({ length: Math.ceil(count / rows.stride) }, (_, i) => i * rows.stride)
  expect(kept).toEqual([...new Set([...expected, count - 1])])
  expect(rows.length).toBe(expected.length)
})

test('wide rows are thinned earlier, so that memory stays bounded', () => {
  const rows = rowsUpTo(1000, 20_000)
  expect(rows.length).toBeLessThanOrEqual(2 ** 21 / 20_000)
  expect(rowsUpTo(100, 2 ** 18).length).toBeGreaterThan(32)
})
