import { expect, test } from 'vitest'
import { rateLabel } from '../../src/text/rate-label.js'

test.each([
  [3 ** -2, '3⁻²'],
  [3 ** -2.5, '3⁻²·⁵'],
  [3 ** -3, '3⁻³'],
  [3 ** -10, '3⁻¹⁰'],
  [3 ** 0.5, '3⁰·⁵'],
  [0.1111, '3⁻²'],
  [1 / 3, '3⁻¹'],
  [1, '1'],
  [3, '3'],
  [9, '9'],
  [0.1, '0.1'],
  [0.05, '0.05'],
  [0.001, '0.001'],
  [3e-7, '3e-7'],
  [0.123456, '0.123'],
])('a learning rate of %d is written %s', (rate, label) => {
  expect(rateLabel(rate)).toBe(label)
})
