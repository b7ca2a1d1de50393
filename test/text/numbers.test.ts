import { expect, test } from 'vitest'
import { decimals, duration, grouped, percent, signed, significant } from '../../src/text/numbers.js'

test('numbers of a report', () => {
  expect(percent(0.9675)).toBe('96.75')
  expect(percent(null)).toBe('–')
  expect(percent(undefined)).toBe('–')
  expect(decimals(0.8984, 3)).toBe('0.898')
  expect(decimals(-0.25, 1)).toBe('−0.3')
  expect(decimals(Number.NaN, 3)).toBe('–')
  expect([0.05, -0.05, 0.001, -0.001, 0].map((value) => signed(value, 2))).toEqual([
    '+0.05',
    '−0.05',
    '0.00',
    '0.00',
    '0.00',
  ])
  expect(signed(null, 2)).toBe('–')
  expect([0.1, 0.00123456, 12.3456, -2].map(significant)).toEqual(['0.100', '0.00123', '12.3', '−2.00'])
  expect(significant(Number.POSITIVE_INFINITY)).toBe('Infinity')
  expect(grouped(60000)).toBe('60,000')
})

test('times of a report', () => {
  expect([0.26, 12.4, 59.6, 74, 119.7, 3600, 9000].map(duration)).toEqual([
    '0.3 s',
    '12 s',
    '1 min 0 s',
    '1 min 14 s',
    '2 min 0 s',
    '1 h 0 min',
    '2 h 30 min',
  ])
})
