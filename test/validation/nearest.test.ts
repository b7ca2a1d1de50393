import { expect, test } from 'vitest'
import { nearest, suggestion } from '../../src/validation/nearest.js'

const keys = ['name', 'data', 'learningRate', 'batchSize', 'epochs']

test.each([
  ['epoch', 'epochs'],
  ['batchsize', 'batchSize'],
  ['learnignRate', 'learningRate'],
  ['lerningrate', 'learningRate'],
  ['dta', 'data'],
])('%s was meant to be %s', (word, meant) => {
  expect(nearest(word, keys)).toBe(meant)
})

test('a word of millions of letters takes no time', () => {
  expect(nearest('e'.repeat(5_000_000), keys)).toBeUndefined()
})

test('a word far from all has no nearest one', () => {
  expect(nearest('optimizer', keys)).toBeUndefined()
  expect(suggestion('optimizer', keys)).toBe('; expected name, data, learningRate, batchSize, epochs')
  expect(suggestion('x', [])).toBe('')
})
