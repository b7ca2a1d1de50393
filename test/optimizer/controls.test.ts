import { describe, expect, test } from 'vitest'
import { adam } from '../../src/optimizer/rules/adam.js'
import { fixedNorm } from '../../src/optimizer/controls/fixed-norm.js'
import { larc, lars } from '../../src/optimizer/controls/lars.js'
import { layca } from '../../src/optimizer/controls/layca.js'
import { isControl, optimizerSchema, ruleOf } from '../../src/optimizer/optimizer.js'
import { adamP, projected, sgdP } from '../../src/optimizer/controls/projected.js'
import { rmsprop } from '../../src/optimizer/rules/rmsprop.js'
import { rotational } from '../../src/optimizer/controls/rotational.js'
import { sgd } from '../../src/optimizer/rules/sgd.js'
import { validate } from '../../src/validation/validate.js'
import { failure } from '../support/failure.js'

const rule = sgd({ momentum: 0.9 })

/** The options of the articles, or of their authors' code. */
const defaults = [
  [layca(rule), { type: 'layca', rule, per: 'layer' }],
  [fixedNorm(rule), { type: 'fixedNorm', rule, per: 'layer' }],
  [rotational(rule), { type: 'rotational', rule, per: 'neuron', decay: 0.99 }],
  [projected(rule), { type: 'projected', rule, delta: 0.1, decayRatio: 0.1 }],
  [lars(rule), { type: 'lars', rule, trustCoefficient: 0.001, clip: false, epsilon: 1e-8 }],
  [larc(rule), { type: 'lars', rule, trustCoefficient: 0.02, clip: true, epsilon: 1e-8 }],
] as const

describe('a control', () => {
  test.each(defaults)('has the usual options around its rule: %j', (control, expected) => {
    expect(control).toEqual(expected)
    expect(isControl(control)).toBe(true)
    expect(ruleOf(control)).toEqual(rule)
  })

  test.each(defaults)('stays as it is when read back from JSON: %j', (control) => {
    expect(validate(optimizerSchema, JSON.parse(JSON.stringify(control)), 'optimizer')).toEqual(control)
  })

  test('goes around any rule, with options', () => {
    expect(layca(adam(), { per: 'neuron' })).toEqual({ type: 'layca', rule: adam(), per: 'neuron' })
    expect(rotational(rmsprop(), { per: 'layer', decay: 0 })).toMatchObject({ per: 'layer', decay: 0 })
    expect(larc(sgd(), { trustCoefficient: 0.001 })).toMatchObject({ trustCoefficient: 0.001, clip: true })
  })

  test('written before there were others is as it was: of whole layers', () => {
    const written = { type: 'layca', rule: { type: 'sgd', momentum: 0, nesterov: false } }
    expect(validate(optimizerSchema, written, 'optimizer')).toEqual(layca(sgd()))
  })

  test('is not there around a rule alone', () => {
    expect(isControl(rule)).toBe(false)
    expect(ruleOf(rule)).toBe(rule)
  })
})

describe('SGDP and AdamP', () => {
  test('are projections of the rules of PyTorch', () => {
    expect(sgdP()).toEqual(projected(sgd({ momentum: 0.9, rateInVelocity: false })))
    expect(adamP()).toEqual(projected(adam({ epsilon: 1e-8, epsilonHat: false })))
  })

  test('take the options of both', () => {
    expect(sgdP({ momentum: 0.8, nesterov: true, delta: 0.2 })).toEqual(
      projected(sgd({ momentum: 0.8, nesterov: true, rateInVelocity: false }), { delta: 0.2 }),
    )
    expect(adamP({ beta1: 0.8, decayRatio: 1 })).toEqual(
      projected(adam({ beta1: 0.8, epsilon: 1e-8, epsilonHat: false }), { decayRatio: 1 }),
    )
  })
})

describe('an option is refused', () => {
  const rules = 'sgd, sgdAdamMomentum, adam, adamW, rmsprop, adagrad, normalizedSgd, effectiveSgd'

  test.each([
    [() => layca(rule, { per: 'row' as 'layer' }), 'layca: per is "row"; expected one of layer, neuron'],
    [() => layca(layca(rule) as never), `layca: rule.type is "layca"; expected one of ${rules}`],
    [() => layca({ type: 'sdg' } as never), `layca: rule.type is "sdg"; expected one of ${rules}; did you mean "sgd"?`],
    [() => fixedNorm(rule, { norm: 1 } as object), 'fixedNorm: unknown key "norm"; expected type, rule, per'],
    [() => rotational(rule, { decay: 1 }), 'rotational: decay is 1; expected a number below 1'],
    [() => projected(rule, { delta: -0.1 }), 'projected: delta is -0.1; expected at least 0'],
    [() => sgdP({ decayRatio: NaN }), 'projected: decayRatio is NaN; expected a finite number'],
    [() => adamP({ beta1: 1 }), 'adam: beta1 is 1; expected a number below 1'],
    [() => lars(rule, { trustCoefficient: 0 }), 'lars: trustCoefficient is 0; expected a number above 0'],
    [() => larc(rule, { epsilon: -1 }), 'larc: epsilon is -1; expected at least 0'],
  ])('%s', async (make, message) => {
    expect(await failure(make)).toBe(`INVALID_CONFIG: ${message}`)
  })
})
