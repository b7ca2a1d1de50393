import { describe, expect, test } from 'vitest'
import { parseAxisWord } from '../../src/study/axis-words.js'
import { failure } from '../support/failure.js'

describe('an axis on the command line', () => {
  test.each([
    ['seed=1..4', [1, 2, 3, 4]],
    ['seed=1..3,7,9..10', [1, 2, 3, 7, 9, 10]],
    ['seed=-1..1', [-1, 0, 1]],
    ['seed=5', [5]],
    ['learningRate.initial=3^-2, 3⁻³,0.1,1e-3', [3 ** -2, 3 ** -3, 0.1, 0.001]],
    ['learningRate.at=[80, 90],[50]', [[80, 90], [50]]],
    ['optimizer={type: sgd, momentum: 0.9},{type: adam}', [{ type: 'sgd', momentum: 0.9 }, { type: 'adam' }]],
    ['data.folder="a,b",\'c,d\'', ['a,b', 'c,d']],
    ['validation=null,{share: 0.1}', [null, { share: 0.1 }]],
    ['record.neurons=true,false', [true, false]],
    ['a.b=x=1,y=2', ['x=1', 'y=2']],
    ['data.folder=../a..b', ['../a..b']],
  ])('%s', async (word, values) => {
    expect((await parseAxisWord(word)).values).toEqual(values)
  })

  test.each([
    ['seed=1,,2', 'seed=1,,2: the value is empty'],
    ['seed=', 'seed=: the value is empty'],
    ['a=1...3', '1...3 is no range; expected two whole numbers, such as 1..5'],
    ['seed=1..1e9', '1..1e9 is no range'],
    ['seed=1,0.1..0.3', '0.1..0.3 is no range'],
    ['seed=3^-2..3^-4', '3^-2..3^-4 is no range'],
    ['seed=5..1', 'the range 5..1 ends before it begins'],
    ['seed=1..100000', 'the range 1..100000 has 100000 values; expected at most 10000'],
    ['seed', '"seed" is not an assignment'],
    ['a=[1', 'the value is not YAML'],
  ])('%s is refused', async (word, message) => {
    expect(await failure(() => parseAxisWord(word))).toContain(message)
  })
})
