import { describe, expect, test } from 'vitest'
import { validateExperiment } from '../../src/experiment/experiment.js'
import {
  adamW,
  constant,
  l2,
  layca,
  oneCycle,
  scheduleFrom,
  sgd,
  warmup,
  type ExperimentInput,
} from '../../src/index.js'
import { beyond, candidatesBetween, settingPath, sorted, usualCandidates } from '../../src/tune/candidates.js'
import { middleLayers } from '../../src/tune/middle-layers.js'
import { smallBase } from '../study/small-base.js'

const pathOf = (changes: Partial<ExperimentInput>, name: string) =>
  settingPath(validateExperiment({ ...smallBase, ...changes }, 'experiment'), name)

describe('a setting', () => {
  test.each<[changes: Partial<ExperimentInput>, path: string]>([
    [{}, 'learningRate.initial'],
    [{ learningRate: oneCycle(0.1) }, 'learningRate.maximum'],
    [{ learningRate: warmup(constant(0.1), { epochs: 1 }) }, 'learningRate.schedule.initial'],
  ])('learningRate is the number that the rates are multiples of: %#', (changes, path) => {
    expect(pathOf(changes, 'learningRate')).toBe(path)
  })

  test.each<[changes: Partial<ExperimentInput>, path: string]>([
    [{ regularization: l2(1e-3) }, 'regularization.factor'],
    [{ optimizer: adamW() }, 'optimizer.weightDecay'],
    [{ optimizer: layca(adamW()) }, 'optimizer.rule.weightDecay'],
  ])('weightDecay is that of the regularization or the rule: %#', (changes, path) => {
    expect(pathOf(changes, 'weightDecay')).toBe(path)
  })

  test('is refused if the experiment does not have it', () => {
    expect(() => pathOf({ optimizer: sgd() }, 'weightDecay')).toThrow('tune: the experiment has no weight decay')
    const learningRate = scheduleFrom(() => 0.1, { epochs: 4 })
    expect(() => pathOf({ learningRate }, 'learningRate')).toThrow(
      'learningRate is tabulated, which has no single rate',
    )
    expect(() => pathOf({}, 'optimizer.beta1')).toThrow('the experiment has no "optimizer.beta1"')
    expect(() => pathOf({}, 'epochs')).toThrow('epochs cannot be tuned')
  })
})

describe('candidates', () => {
  const experiment = validateExperiment({ ...smallBase, regularization: l2(0) }, 'experiment')

  test('are five in factors of three around the own value', () => {
    const values = usualCandidates(experiment, 'learningRate.initial', 'learningRate')
    expect(values.map((value) => value.toPrecision(4))).toEqual(['0.01111', '0.03333', '0.1000', '0.3000', '0.9000'])
    expect(usualCandidates(experiment, 'regularization.factor', 'weightDecay')[2]).toBeCloseTo(3 ** -7, 12)
    expect(() => usualCandidates(experiment, 'optimizer', 'optimizer')).toThrow('optimizer is no number above 0')
  })

  test('between two numbers include both, in equal factors of about three', () => {
    const values = candidatesBetween(1e-4, 1, 'x')
    expect([values[0], values.at(-1), values.length]).toEqual([1e-4, 1, 9])
    for (const [i, value] of values.slice(1).entries()) expect(value / values[i]!).toBeCloseTo(10 ** 0.5, 9)
    expect(candidatesBetween(3 ** -2, 3, 'x').map((value) => Number(value.toPrecision(9)))).toEqual([
      0.111111111, 0.333333333, 1, 3,
    ])
    expect(candidatesBetween(1, 1.5, 'x')).toEqual([1, 1.5])
  })

  test('beyond an end keep the ratio there', () => {
    expect(beyond([1, 2, 8], 'low')).toBe(0.5)
    expect(beyond([1, 2, 8], 'high')).toBe(32)
    expect(beyond([0, 1], 'low')).toBeUndefined()
  })

  test('are sorted if they are numbers', () => {
    expect(sorted([1, 0.1, 10])).toEqual([0.1, 1, 10])
    expect(sorted(['b', 'a'])).toEqual(['b', 'a'])
  })
})

test('the middle layers are all but the first and the last', () => {
  expect(middleLayers(['a', 'b', 'c', 'd'])).toEqual(['b', 'c'])
  expect(middleLayers(['a', 'b'])).toEqual(['a'])
  expect(middleLayers(['a'])).toEqual(['a'])
})
