import { describe, expect, test } from 'vitest'
import { adamH, hyperball, muonH } from '../../src/optimizer/aliases.js'
import { fixedNorm } from '../../src/optimizer/controls/fixed-norm.js'
import { optimizerSchema, type OptimizerConfig } from '../../src/optimizer/optimizer.js'
import { adam } from '../../src/optimizer/rules/adam.js'
import { muon } from '../../src/optimizer/rules/muon.js'
import { sgd } from '../../src/optimizer/rules/sgd.js'
import { validate } from '../../src/validation/validate.js'
import { failure } from '../support/failure.js'

const pytorch = { epsilon: 1e-8, epsilonHat: false }

describe('an alias stands for a control around a rule', () => {
  test.each<[written: object, made: OptimizerConfig, expected: OptimizerConfig]>([
    [{ type: 'hyperball', rule: { type: 'sgd' } }, hyperball(sgd()), fixedNorm(sgd())],
    [
      { type: 'hyperball', rule: { type: 'adam' }, per: 'neuron' },
      hyperball(adam(), { per: 'neuron' }),
      fixedNorm(adam(), { per: 'neuron' }),
    ],
    [{ type: 'adamH' }, adamH(), fixedNorm(adam(pytorch))],
    [
      { type: 'adamH', beta2: 0.95, epsilon: 1e-6, per: 'neuron' },
      adamH({ beta2: 0.95, epsilon: 1e-6, per: 'neuron' }),
      fixedNorm(adam({ ...pytorch, beta2: 0.95, epsilon: 1e-6 }), { per: 'neuron' }),
    ],
    [{ type: 'muonH' }, muonH(), fixedNorm(muon())],
    [
      { type: 'muonH', nsSteps: 3, vectors: { type: 'adam', beta1: 0.5 } },
      muonH({ nsSteps: 3, vectors: adam({ beta1: 0.5 }) }),
      fixedNorm(muon({ nsSteps: 3, vectors: adam({ beta1: 0.5 }) })),
    ],
  ])('%j', (written, made, expected) => {
    expect(made).toEqual(expected)
    expect(validate(optimizerSchema, written, 'optimizer')).toEqual(expected)
  })

  test('and its options are checked under its own name', async () => {
    expect(await failure(() => adamH({ beta1: 1 }))).toBe(
      'INVALID_CONFIG: adamH: beta1 is 1; expected a number below 1',
    )
    expect(await failure(() => muonH({ nesterow: false } as object))).toBe(
      'INVALID_CONFIG: muonH: unknown key "nesterow"; did you mean "nesterov"?',
    )
    expect(await failure(() => hyperball(fixedNorm(sgd()) as never))).toContain('rule.type is "fixedNorm"')
    expect(await failure(() => validate(optimizerSchema, { type: 'hyperbal' }, 'x'))).toContain(
      'did you mean "hyperball"?',
    )
  })
})
