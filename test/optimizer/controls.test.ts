import { describe, expect, test } from 'vitest'
import { isControl, optimizerSchema, ruleOf } from '../../src/optimizer/optimizer.js'
import { ruleSchema } from '../../src/optimizer/rule.js'
import { sgd } from '../../src/optimizer/rules/sgd.js'
import { optimizerLabel, optimizerText } from '../../src/text/optimizer.js'
import { validate } from '../../src/validation/validate.js'
import { failure } from '../support/failure.js'
import { typesOf } from '../support/types-of.js'
import { someRule } from './control-proof.js'
import { controlProofs } from './control-proofs.js'

describe.each([...controlProofs])('%s', (type, { made, cases, refused, labels }) => {
  const usual = made[0][1]

  test('is made as its sources have it', () => {
    for (const [control, expected] of made) expect(control).toEqual(expected)
  })

  test('is around its rule', () => {
    expect(isControl(usual)).toBe(true)
    expect(ruleOf(usual)).toEqual(someRule)
  })

  test('is the usual one from a config of type and rule alone, whose own options may be missing', () => {
    const written = { type, rule: { type: 'sgd', momentum: 0.9, nesterov: false } }
    expect(validate(optimizerSchema, written, 'optimizer')).toEqual(usual)
  })

  test('stays as it is when read back from JSON', () => {
    for (const each of [...made.map(([control]) => control), ...Object.values(cases).map((make) => make(sgd()))]) {
      expect(validate(optimizerSchema, JSON.parse(JSON.stringify(each)), 'optimizer')).toEqual(each)
    }
  })

  test('refuses options that are wrong', async () => {
    for (const [make, message] of refused) expect(await failure(make)).toBe(`INVALID_CONFIG: ${message}`)
  })

  test('refuses a control, or a rule of no known type, as its rule', async () => {
    const complaint = (rule: unknown) => failure(() => validate(optimizerSchema, { ...usual, rule }, 'x'))
    const expected = `expected one of ${typesOf(ruleSchema)}`
    expect(await complaint(usual)).toBe(`INVALID_CONFIG: x: rule.type is "${type}"; ${expected}`)
    expect(await complaint({ type: 'sdg' })).toBe(
      `INVALID_CONFIG: x: rule.type is "sdg"; ${expected}; did you mean "sgd"?`,
    )
  })

  test('has a label and words', () => {
    for (const [each, label, text] of labels) {
      expect([optimizerLabel(each), optimizerText(each)]).toEqual([label, text])
    }
  })
})

test('a rule alone is no control', () => {
  expect(isControl(someRule)).toBe(false)
  expect(ruleOf(someRule)).toBe(someRule)
})
