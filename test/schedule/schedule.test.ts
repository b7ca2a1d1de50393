import { describe, expect, test } from 'vitest'
import { constant } from '../../src/schedule/constant.js'
import { rateTable } from '../../src/schedule/rate-table.js'
import { schedule } from '../../src/schedule/schedule.js'
import { steps } from '../../src/schedule/steps.js'
import { failure } from '../support/failure.js'

const epochs = (n: number) => Array.from({ length: n }, (_, epoch) => epoch)

describe('constant', () => {
  test('stays as it is', () => {
    expect([0, 1, 99.5].map(schedule(constant(0.1)))).toEqual([0.1, 0.1, 0.1])
  })
})

describe('steps', () => {
  test('prints the values of its documentation', () => {
    const rates = epochs(6).map(schedule(steps(1, { at: [2, 4], factor: 0.1 })))
    expect(rates.map((rate) => Number(rate.toPrecision(12)))).toEqual([1, 1, 0.1, 0.1, 0.01, 0.01])
  })

  test('drops from the 91st epoch on, as the paper does for MNIST', () => {
    const rate = schedule(steps(3 ** -2, { at: [90], factor: 1 / 5 }))
    expect(rate(89.999)).toBe(1 / 9)
    expect(rate(90)).toBeCloseTo(1 / 45, 15)
    expect(rate(99)).toBeCloseTo(1 / 45, 15)
  })

  test('without drops is constant', () => {
    expect(epochs(5).map(schedule(steps(0.3, { at: [], factor: 0.5 })))).toEqual([0.3, 0.3, 0.3, 0.3, 0.3])
  })

  test.each([
    [[3, 2], 'INVALID_CONFIG: steps: at: the epochs do not ascend; expected each once, in ascending order'],
    [[2, 2], 'INVALID_CONFIG: steps: at: the epochs do not ascend; expected each once, in ascending order'],
    [[0], 'INVALID_CONFIG: steps: at.0 is 0; expected at least 1'],
    [[1.5], 'INVALID_CONFIG: steps: at.0 is 1.5; expected a whole number'],
  ])('refuses drops at %j', async (at, message) => {
    expect(await failure(() => steps(1, { at, factor: 0.1 }))).toBe(message)
  })
})

test.each([
  [0, 'expected a number above 0'],
  [-0.1, 'expected a number above 0'],
  [NaN, 'expected a finite number'],
  [Infinity, 'expected a finite number'],
])('a learning rate of %d is refused', async (rate, expectation) => {
  expect(await failure(() => constant(rate))).toBe(`INVALID_CONFIG: constant: initial is ${rate}; ${expectation}`)
  expect(await failure(() => steps(rate, { at: [], factor: 1 }))).toContain(`initial is ${rate}; ${expectation}`)
  expect(await failure(() => steps(1, { at: [], factor: rate }))).toContain(`factor is ${rate}; ${expectation}`)
})

describe('rateTable', () => {
  test('has a row a step and a column a layer', () => {
    expect(rateTable(constant(0.5), 2, 7, 3)).toEqual(new Float64Array(6).fill(0.5))
  })

  test('changes between epochs only, where steps does', () => {
    const rates = steps(1, { at: [1], factor: 0.25 })
    expect([...rateTable(rates, 1, 0, 4)]).toEqual([1, 1, 1, 1])
    expect([...rateTable(rates, 1, 1, 4)]).toEqual([0.25, 0.25, 0.25, 0.25])
  })
})
