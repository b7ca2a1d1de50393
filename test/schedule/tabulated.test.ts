import { describe, expect, test } from 'vitest'
import { cosine, schedule, scheduleFrom, tabulated } from '../../src/index.js'
import { failure } from '../support/failure.js'

describe('a table', () => {
  test('has a rate an epoch, or a rate a step', () => {
    expect([0, 0.5, 1, 2.9].map(schedule(tabulated([1, 0.5, 0.2])))).toEqual([1, 1, 0.5, 0.2])
    const ofSteps = tabulated([0.1, 0.2, 1, 1], { stepsPerEpoch: 2 })
    expect([0, 0.5, 1, 1.5].map(schedule(ofSteps))).toEqual([0.1, 0.2, 1, 1])
  })

  test('gives each step its own rate, however the time of a step is rounded', () => {
    for (const stepsPerEpoch of [1, 3, 7, 49, 351, 704, 3125]) {
      const values = Array.from({ length: 40 * stepsPerEpoch }, (_, step) => step)
      const rate = schedule(tabulated(values, { stepsPerEpoch }))
      const times = values.map((step) => Math.floor(step / stepsPerEpoch) + (step % stepsPerEpoch) / stepsPerEpoch)
      expect(times.map(rate)).toEqual(values)
    }
  })

  test.each([
    [[], 'values is []; expected a list of at least 1'],
    [[1, NaN], 'values.1 is NaN; expected a finite number'],
    [[1, -1], 'values.1 is -1; expected at least 0'],
    [[Infinity], 'values.0 is Infinity; expected a finite number'],
  ])('of %j is refused', async (values, message) => {
    expect(await failure(() => tabulated(values))).toBe(`INVALID_CONFIG: tabulated: ${message}`)
  })
})

describe("the table of a user's function", () => {
  test('holds a value for each epoch or step', () => {
    const rounded = scheduleFrom((epoch) => 0.1 / (1 + epoch), { epochs: 4 }).values.map((rate) =>
      Number(rate.toFixed(4)),
    )
    expect(rounded).toEqual([0.1, 0.05, 0.0333, 0.025])
    expect(scheduleFrom((epoch) => epoch, { epochs: 2, stepsPerEpoch: 4 })).toEqual({
      type: 'tabulated',
      values: [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75],
      stepsPerEpoch: 4,
    })
  })

  test('makes of another schedule one that changes between epochs only', () => {
    const { values } = scheduleFrom(schedule(cosine(1, { epochs: 4 })), { epochs: 4 })
    expect(values.map((rate) => Number(rate.toFixed(4)))).toEqual([1, 0.8536, 0.5, 0.1464])
  })

  test.each([
    [NaN, 'NaN'],
    [-1, '-1'],
    [Infinity, 'Infinity'],
    [undefined as never, 'undefined'],
  ])('refuses %s', async (value, text) => {
    expect(await failure(() => scheduleFrom((epoch) => (epoch < 3 ? 1 : value), { epochs: 5 }))).toBe(
      `INVALID_CONFIG: scheduleFrom: the function returns ${text} at epoch 3; expected a finite number of at least 0`,
    )
  })

  test('refuses an async function, whose rejection ends nothing', async () => {
    const wrong = () => Promise.reject(new Error('of an async function'))
    expect(await failure(() => scheduleFrom(wrong as never, { epochs: 5 }))).toContain('returns a promise at epoch 0;')
  })

  test('needs a length', async () => {
    expect(await failure(() => scheduleFrom(() => 1, { epochs: 0 }))).toBe(
      'INVALID_CONFIG: scheduleFrom: epochs is 0; expected at least 1',
    )
  })
})
