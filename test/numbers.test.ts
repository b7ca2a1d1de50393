import { expect, test } from 'vitest'
import {
  bytes,
  cosineDistance,
  count,
  decimals,
  duration,
  memory,
  percent,
  percentOf,
  rateLabel,
  share,
  signed,
  significant,
} from '../src/numbers.js'

test('a fixed number of decimals', () => {
  expect(decimals(0.8984, 3)).toBe('0.898')
  expect(decimals(-0.25, 1)).toBe('−0.3')
  expect(decimals(Number.NaN, 3)).toBe('–')
  expect(cosineDistance(0.8976)).toBe('0.898')
  expect(cosineDistance(undefined)).toBe('–')
})

test('differences have a sign', () => {
  expect([0.05, -0.05, 0.001, -0.001, 0].map((value) => signed(value, 2))).toEqual([
    '+0.05',
    '−0.05',
    '0.00',
    '0.00',
    '0.00',
  ])
  expect(signed(null, 2)).toBe('–')
})

test('losses and the rates of steps keep four significant digits', () => {
  expect([1 / 9, 3 ** -6, 0.1, 2.5e-7, 0, 12.345678, 1e5, -2].map(significant)).toEqual([
    '0.1111',
    '0.001372',
    '0.1',
    '2.5e-7',
    '0',
    '12.35',
    '100000',
    '−2',
  ])
  expect([Number.NaN, Number.POSITIVE_INFINITY, null, undefined].map(significant)).toEqual([
    'NaN',
    'Infinity',
    '–',
    '–',
  ])
})

test.each([
  [3 ** -2, '3⁻²'],
  [3 ** -2.5, '3⁻²·⁵'],
  [3 ** -3, '3⁻³'],
  [3 ** -10, '3⁻¹⁰'],
  [3 ** 0.5, '3⁰·⁵'],
  [0.1111, '3⁻²'],
  [0.037, '3⁻³'],
  [0.08, '0.08'],
  [0.24, '0.24'],
  [5.2, '5.2'],
  [1 / 3, '3⁻¹'],
  [1, '1'],
  [3, '3'],
  [9, '9'],
  [0.1, '0.1'],
  [0.05, '0.05'],
  [0.001, '0.001'],
  [3e-7, '3e-7'],
  [0.123456, '0.1235'],
])('an experiment that sets the rate %d writes it %s', (rate, label) => {
  expect(rateLabel(rate)).toBe(label)
})

test('measured percentages have two decimals, set ones as many as they need', () => {
  expect(percent(0.9675)).toBe('96.75 %')
  expect(percentOf(0.9)).toBe('90.00')
  expect([null, undefined].flatMap((fraction) => [percent(fraction), percentOf(fraction)])).toEqual([
    '–',
    '–',
    '–',
    '–',
  ])
  expect([0.1, 1 / 3, 0.3].map(share)).toEqual(['10 %', '33.33 %', '30 %'])
})

test('counts are grouped, and name in the singular or plural what they count', () => {
  expect([count(60_000), count(1, 'layer'), count(622_266, 'parameter'), count(2.5, 'epoch')]).toEqual([
    '60,000',
    '1 layer',
    '622,266 parameters',
    '2.5 epochs',
  ])
  expect(count(37.254)).toBe('37.25')
})

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

test('bytes of files are decimal, those of memory binary', () => {
  expect([1e5, 170_052_171, 999.9e6, 999.96e6, 2.53e9].map(bytes)).toEqual([
    '0.1 MB',
    '170.1 MB',
    '999.9 MB',
    '1.0 GB',
    '2.5 GB',
  ])
  expect(memory(79.2 * 2 ** 30)).toBe('79 GiB')
})
