import { describe, expect, test } from 'vitest'
import { decoupledWeightDecay } from '../../src/regularization/decoupled-weight-decay.js'
import { l2 } from '../../src/regularization/l2.js'
import { regularizationSchema } from '../../src/regularization/regularization.js'
import { weightDecay } from '../../src/regularization/weight-decay.js'
import { validate } from '../../src/validation/validate.js'
import { failure } from '../support/failure.js'

describe('a regularization', () => {
  test.each([
    [l2(1e-3), { type: 'l2', factor: 1e-3, except: [] }],
    [l2(0, { except: ['dense'] }), { type: 'l2', factor: 0, except: ['dense'] }],
    [weightDecay(5e-4), { type: 'weightDecay', factor: 5e-4 }],
    [decoupledWeightDecay(0.05), { type: 'decoupledWeightDecay', factor: 0.05, except: [] }],
    [
      decoupledWeightDecay(0.05, { except: ['dense'] }),
      { type: 'decoupledWeightDecay', factor: 0.05, except: ['dense'] },
    ],
  ])('is %j', (config, expected) => {
    expect(config).toEqual(expected)
    expect(validate(regularizationSchema, JSON.parse(JSON.stringify(config)), 'regularization')).toEqual(expected)
  })

  test('with a factor below 0, or none, is refused where it is written', async () => {
    expect(await failure(() => l2(-1e-3))).toBe('INVALID_CONFIG: l2: factor is -0.001; expected at least 0')
    expect(await failure(() => weightDecay(NaN))).toBe(
      'INVALID_CONFIG: weightDecay: factor is NaN; expected a finite number',
    )
    expect(await failure(() => decoupledWeightDecay(-1))).toBe(
      'INVALID_CONFIG: decoupledWeightDecay: factor is -1; expected at least 0',
    )
  })
})
