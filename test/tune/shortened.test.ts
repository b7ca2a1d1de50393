import { expect, test } from 'vitest'
import { validateExperiment } from '../../src/experiment/experiment.js'
import { steps } from '../../src/index.js'
import { shortened } from '../../src/tune/shortened.js'
import { smallBase } from '../study/small-base.js'

const learningRate = steps(0.1, { at: [80], factor: 0.2 })
const stopping = { converged: { times: 3 } }
const whole = validateExperiment({ ...smallBase, epochs: 100, learningRate, stopping }, 'experiment')

test('a shorter experiment drops its rates in proportion and ends after its last epoch', () => {
  expect(shortened(whole, 10)).toEqual({
    ...whole,
    epochs: 10,
    learningRate: steps(0.1, { at: [8], factor: 0.2 }),
    stopping: null,
  })
})

test('an experiment of all epochs stays itself', () => {
  expect(shortened(whole, 100)).toEqual(whole)
})

test('an experiment cannot become longer', () => {
  expect(() => shortened(whole, 101)).toThrow('epochs is 101; expected at most 100, those of the experiment')
})
