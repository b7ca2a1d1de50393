import { expect, test } from 'vitest'
import { cosineDistance, count, duration, percent, significant } from '../../src/cli/format.js'
import { clip, width } from '../../src/cli/terminal/clip.js'
import { sparkline } from '../../src/cli/terminal/sparkline.js'

test.each([
  [0, '0.0 s'],
  [9.94, '9.9 s'],
  [9.96, '10 s'],
  [59.4, '59 s'],
  [59.6, '1 min 00 s'],
  [185, '3 min 05 s'],
  [3599.6, '1 h 00 min'],
  [7620, '2 h 07 min'],
  [90_000, '25 h 00 min'],
])('%d seconds are %s', (seconds, words) => {
  expect(duration(seconds)).toBe(words)
})

test('numbers keep four significant digits', () => {
  expect([1 / 9, 3 ** -6, 2.5e-7, 0, 12.345678, 1e5, Number.NaN].map(significant)).toEqual([
    '0.1111',
    '0.001372',
    '2.5e-7',
    '0',
    '12.35',
    '100000',
    'NaN',
  ])
})

test('accuracies, rotations and counts', () => {
  expect(percent(0.9675)).toBe('96.75 %')
  expect(cosineDistance(0.8976)).toBe('0.898')
  expect([count(1, 'layer'), count(622_266, 'parameter')]).toEqual(['1 layer', '622,266 parameters'])
})

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

test('clipping counts what is seen, and keeps colours closed', () => {
  const coloured = '\u001b[32mgreen\u001b[39m and plain'
  expect(width(coloured)).toBe(15)
  expect(clip(coloured, 15)).toBe(coloured)
  expect(clip(coloured, 4)).toBe('\u001b[32mgre…\u001b[39m')
  expect(clip('▁▂▃▄', 3)).toBe('▁▂…')
  expect(clip('text', 0)).toBe('')
})
