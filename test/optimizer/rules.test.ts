import { describe, expect, test } from 'vitest'
import { optimizerSchema } from '../../src/optimizer/optimizer.js'
import { adam } from '../../src/optimizer/rules/adam.js'
import { sgd } from '../../src/optimizer/rules/sgd.js'
import { optimizerLabel, optimizerText } from '../../src/text/optimizer.js'
import { validate } from '../../src/validation/validate.js'
import { failure } from '../support/failure.js'
import { typesOf } from '../support/types-of.js'
import { ruleProofs } from './rule-proofs.js'

describe.each([...ruleProofs])('%s', (type, { usual: [rule, expected], cases, refused, labels }) => {
  test('without options is the usual one', () => {
    expect(rule).toEqual(expected)
  })

  test('is the same from a config of its type alone', () => {
    expect(validate(optimizerSchema, { type }, 'optimizer')).toEqual(rule)
  })

  test('stays as it is when read back from JSON', () => {
    for (const each of [rule, ...Object.values(cases)]) {
      expect(validate(optimizerSchema, JSON.parse(JSON.stringify(each)), 'optimizer')).toEqual(each)
    }
  })

  test('refuses options that are wrong', async () => {
    for (const [make, message] of refused) expect(await failure(make)).toBe(`INVALID_CONFIG: ${message}`)
  })

  test('has a label and words', () => {
    for (const [each, label, text] of labels) {
      expect([optimizerLabel(each), optimizerText(each)]).toEqual([label, text])
    }
  })
})

test('a rule takes its options', () => {
  expect(sgd({ momentum: 0.9, dampening: 1, rateInVelocity: false })).toEqual({
    type: 'sgd',
    momentum: 0.9,
    dampening: 1,
    nesterov: false,
    rateInVelocity: false,
  })
  expect(adam({ beta1: 0, beta2: 0, amsgrad: true })).toMatchObject({ beta1: 0, beta2: 0, amsgrad: true })
})

test('a rule of no known type is refused with the one that was meant', async () => {
  expect(await failure(() => validate(optimizerSchema, { type: 'rmsProp' }, 'x'))).toBe(
    `INVALID_CONFIG: x: type is "rmsProp"; expected one of ${typesOf(optimizerSchema)}; did you mean "rmsprop"?`,
  )
})
