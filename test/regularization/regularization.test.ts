import { describe, expect, test } from 'vitest'
import { l2 } from '../../src/regularization/l2.js'
import { decayCoefficients } from '../../src/regularization/regularization.js'
import { weightDecay } from '../../src/regularization/weight-decay.js'
import { failure } from '../support/failure.js'

const layers = ['conv0', 'conv1', 'dense']

describe('the coefficients of c·w', () => {
  test('are twice the factor of l2, on the weights of layers that are not excepted', () => {
    expect(decayCoefficients(l2(1e-3, { except: ['dense'] }), layers)).toEqual({
      layers: Float64Array.of(2e-3, 2e-3, 0),
      others: 0,
    })
  })

  test('are the factor of weightDecay, on everything', () => {
    expect(decayCoefficients(weightDecay(5e-4), layers)).toEqual({
      layers: Float64Array.of(5e-4, 5e-4, 5e-4),
      others: 5e-4,
    })
  })

  test('are 0 without regularisation', () => {
    expect(decayCoefficients(null, layers)).toEqual({ layers: Float64Array.of(0, 0, 0), others: 0 })
  })
})

test('a factor below 0 is refused where it is written', async () => {
  expect(await failure(() => l2(-1e-3))).toBe('INVALID_CONFIG: l2: factor is -0.001; expected at least 0')
  expect(await failure(() => weightDecay(NaN))).toBe(
    'INVALID_CONFIG: weightDecay: factor is NaN; expected a finite number',
  )
})
