import { describe, expect, test } from 'vitest'
import { adagrad } from '../../src/optimizer/rules/adagrad.js'
import { adamW } from '../../src/optimizer/rules/adam-w.js'
import { adam } from '../../src/optimizer/rules/adam.js'
import { effectiveSgd } from '../../src/optimizer/rules/effective-sgd.js'
import { normalizedSgd } from '../../src/optimizer/rules/normalized-sgd.js'
import { optimizerSchema } from '../../src/optimizer/optimizer.js'
import { rmsprop } from '../../src/optimizer/rules/rmsprop.js'
import { sgdAdamMomentum } from '../../src/optimizer/rules/sgd-adam-momentum.js'
import { sgd } from '../../src/optimizer/rules/sgd.js'
import { validate } from '../../src/validation/validate.js'
import { failure } from '../support/failure.js'

/** With the options of arXiv 1806.01603v2, of Keras 2.1.2 and, for AdamW, of torch.optim. */
const defaults = [
  [sgd(), { type: 'sgd', momentum: 0, dampening: 0, nesterov: false, rateInVelocity: true }],
  [sgdAdamMomentum(), { type: 'sgdAdamMomentum', momentum: 0.9 }],
  [adam(), { type: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7, epsilonHat: true, amsgrad: false }],
  [
    adamW(),
    {
      type: 'adamW',
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      epsilonHat: false,
      amsgrad: false,
      weightDecay: 0.01,
    },
  ],
  [rmsprop(), { type: 'rmsprop', rho: 0.9, epsilon: 1e-7 }],
  [adagrad(), { type: 'adagrad', epsilon: 1e-7, initialAccumulator: 0 }],
  [normalizedSgd(), { type: 'normalizedSgd' }],
  [effectiveSgd(), { type: 'effectiveSgd' }],
] as const

describe('a rule', () => {
  test.each(defaults)('without options is the usual one: %j', (rule, expected) => {
    expect(rule).toEqual(expected)
  })

  test.each(defaults)('is the same from a config of its type alone: %j', (rule, { type }) => {
    expect(validate(optimizerSchema, { type }, 'optimizer')).toEqual(rule)
  })

  test.each(defaults)('stays as it is when read back from JSON: %j', (rule) => {
    expect(validate(optimizerSchema, JSON.parse(JSON.stringify(rule)), 'optimizer')).toEqual(rule)
  })

  test('takes its options', () => {
    expect(sgd({ momentum: 0.9, dampening: 1, rateInVelocity: false })).toEqual({
      type: 'sgd',
      momentum: 0.9,
      dampening: 1,
      nesterov: false,
      rateInVelocity: false,
    })
    expect(adam({ beta1: 0, beta2: 0, amsgrad: true })).toMatchObject({ beta1: 0, beta2: 0, amsgrad: true })
    expect(adamW({ weightDecay: 0 })).toMatchObject({ weightDecay: 0 })
    expect(rmsprop({ rho: 0.99, epsilon: 1e-8 })).toMatchObject({ rho: 0.99, epsilon: 1e-8 })
    expect(adagrad({ initialAccumulator: 0.1 })).toMatchObject({ initialAccumulator: 0.1 })
  })

  test('written before there were other rules has the velocity that it had', () => {
    const written = { type: 'sgd', momentum: 0.9, nesterov: true }
    expect(validate(optimizerSchema, written, 'optimizer')).toEqual({ ...written, dampening: 0, rateInVelocity: true })
  })
})

describe('an option is refused', () => {
  test.each([
    [() => sgd({ momentum: 1 }), 'sgd: momentum is 1; expected a number below 1'],
    [() => sgd({ momentum: NaN }), 'sgd: momentum is NaN; expected a finite number'],
    [() => sgd({ momentum: 0.9, dampening: -0.1 }), 'sgd: dampening is -0.1; expected at least 0'],
    [() => sgd({ momentum: 0.9, dampening: 1.1 }), 'sgd: dampening is 1.1; expected at most 1'],
    [() => sgd({ dampening: 0.5 }), 'sgd: dampening: a number above 0 needs a momentum above 0'],
    [() => sgd({ nesterov: true }), 'sgd: nesterov: true needs a momentum above 0'],
    [() => sgd({ momentum: 0.9, dampening: 0.1, nesterov: true }), 'sgd: nesterov: true needs a dampening of 0'],
    [() => sgdAdamMomentum({ momentum: -0.1 }), 'sgdAdamMomentum: momentum is -0.1; expected at least 0'],
    [() => adam({ beta1: 1 }), 'adam: beta1 is 1; expected a number below 1'],
    [() => adam({ beta2: -1 }), 'adam: beta2 is -1; expected at least 0'],
    [() => adam({ epsilon: 0 }), 'adam: epsilon is 0; expected a number above 0'],
    [() => adamW({ weightDecay: -0.01 }), 'adamW: weightDecay is -0.01; expected at least 0'],
    [() => adamW({ epsilon: NaN }), 'adamW: epsilon is NaN; expected a finite number'],
    [() => rmsprop({ rho: 1 }), 'rmsprop: rho is 1; expected a number below 1'],
    [() => rmsprop({ epsilon: -1e-7 }), 'rmsprop: epsilon is -1e-7; expected a number above 0'],
    [() => adagrad({ initialAccumulator: -1 }), 'adagrad: initialAccumulator is -1; expected at least 0'],
    [() => adam({ beta3: 0.9 } as object), 'adam: unknown key "beta3"; did you mean "beta1"?'],
    [() => rmsprop({ alpha: 0.9 } as object), 'rmsprop: unknown key "alpha"; expected type, rho, epsilon'],
  ])('%s', async (make, message) => {
    expect(await failure(make)).toBe(`INVALID_CONFIG: ${message}`)
  })

  test('with the rule that was meant, where it is of no known type', async () => {
    expect(await failure(() => validate(optimizerSchema, { type: 'rmsProp' }, 'x'))).toBe(
      'INVALID_CONFIG: x: type is "rmsProp"; expected one of sgd, sgdAdamMomentum, adam, adamW, rmsprop, adagrad, normalizedSgd, effectiveSgd, layca, fixedNorm, rotational, projected, lars; did you mean "rmsprop"?',
    )
  })
})
