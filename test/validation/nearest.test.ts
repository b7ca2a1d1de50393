import { expect, test } from 'vitest'
import { experiment } from '../../src/experiment/experiment.js'
import { listed, nearest, suggestion } from '../../src/validation/nearest.js'

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

test('every name is listed unless there are very many', () => {
  const names = (count: number) => Array.from({ length: count }, (_, i) => `n${i}`)
  expect(listed(names(25))).toBe(names(25).join(', '))
  expect(listed(names(200))).toBe(`${names(20).join(', ')} and 180 more`)
})

test('an unknown optimizer is answered with the names of all', () => {
  expect(() => experiment({ optimizer: { type: 'zzzzzzzzzz' } } as never)).toThrow(/one of sgd, .*, muonH$/m)
})
