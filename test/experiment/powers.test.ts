import { describe, expect, test } from 'vitest'
import { numberIn, withPowers } from '../../src/experiment/powers.js'
import { loadExperiment } from '../../src/experiment/load-experiment.js'
import { rateLabel } from '../../src/numbers.js'

describe('a power', () => {
  test.each([
    ['3^-3', 3 ** -3],
    ['3^-2.5', 3 ** -2.5],
    ['10^2', 100],
    ['2.5^2', 6.25],
    ['3⁻³', 3 ** -3],
    ['−0.6', -0.6],
    ['3^−3', 3 ** -3],
    ['3⁻²·⁵', 3 ** -2.5],
    ['3⁰', 1],
    ['3⁺²', 9],
  ])('%s is a number', (text, value) => {
    expect(numberIn(text)).toBe(value)
  })

  test.each(['3', '3^', '^3', '3^x', '3^-', '-3^2', '3^2^2', '3⁻', '10^999', '3^-3 ', '⁻³', 'a3^2'])(
    '%s is none',
    (text) => {
      expect(numberIn(text)).toBeUndefined()
    },
  )

  test.each([-7, -6.5, -3, -2.5, -0.1])('is read back as rates are printed: 3 to the %d', (exponent) => {
    expect(numberIn(rateLabel(3 ** exponent))).toBe(3 ** exponent)
  })

  test('is a number inside lists and objects', () => {
    expect(withPowers({ a: ['3^2', 'x'], b: { c: '3⁻¹' }, d: null, e: 2 })).toEqual({
      a: [9, 'x'],
      b: { c: 1 / 3 },
      d: null,
      e: 2,
    })
  })

  test('can be a setting on the command line', async () => {
    const { learningRate } = await loadExperiment('mnist', ['learningRate={type: constant, initial: 3^-3}'])
    expect(learningRate).toEqual({ type: 'constant', initial: 3 ** -3 })
  })
})
