import { describe, expect, test } from 'vitest'
import { proposedSetting } from '../../../src/cli/tune/describe.js'
import { parseBudget, parseTuneWords } from '../../../src/cli/tune/options.js'
import type { AxisValue, Proposal } from '../../../src/index.js'

test.each<[text: string, seconds: number]>([
  ['90s', 90],
  ['30m', 1800],
  ['1.5h', 5400],
  ['2d', 172_800],
])('a budget of %s is %d seconds', (text, seconds) => {
  expect(parseBudget(text)).toBe(seconds)
})

test.each(['30', '0m', '-1h', 'm', '1h30m', '1e3s', ''])('%j is no budget', (text) => {
  expect(() => parseBudget(text)).toThrow('expected a time such as 90s, 30m or 2h')
})

describe('the words of a tuning', () => {
  test.each<[word: string, setting: string, values: AxisValue[]]>([
    ['learningRate=1e-2..1', 'learningRate', [0.01, 0.0316, 0.1, 0.316, 1]],
    ['learningRate=3^-2..3^0', 'learningRate', [0.111, 0.333, 1]],
    ['batchSize=10..90', 'batchSize', [10, 30, 90]],
    ['learningRate=0.1,3^-1', 'learningRate', [0.1, 0.333]],
    ['model.layers.dense0.units=4,8', 'model.layers.dense0.units', [4, 8]],
    ['optimizer={type: sgd},{type: adam}', 'optimizer', [{ type: 'sgd' }, { type: 'adam' }]],
  ])('%s are candidates', async (word, setting, values) => {
    const found = await parseTuneWords(['epochs=3', word, 'learningRate.at=[8, 9]'])
    expect(found.setting).toBe(setting)
    expect(found.values!.map((value) => (typeof value === 'number' ? Number(value.toPrecision(3)) : value))).toEqual(
      values,
    )
    expect(found.settings).toEqual(['epochs=3', 'learningRate.at=[8, 9]'])
  })

  test('may name no candidates', async () => {
    expect(await parseTuneWords(['epochs=3', 'initialWeights=a..b.safetensors'])).toEqual({
      setting: undefined,
      values: undefined,
      settings: ['epochs=3', 'initialWeights=a..b.safetensors'],
    })
  })
})

test('a proposal can be pasted behind run', () => {
  const proposed = (setting: string, value: AxisValue) => proposedSetting({ setting, proposal: { value } as Proposal })
  expect(proposed('learningRate.initial', 0.064249)).toBe('learningRate.initial=0.0642')
  expect(proposed('regularization.factor', 3.21e-7)).toBe('regularization.factor=3.21e-7')
  expect(proposed('optimizer', { type: 'sgd' })).toBe(`'optimizer={"type":"sgd"}'`)
  expect(proposed('initialWeights', "it's.safetensors")).toBe(String.raw`'initialWeights="it'\''s.safetensors"'`)
  expect(proposedSetting({ setting: 'x', proposal: null })).toBeUndefined()
})
