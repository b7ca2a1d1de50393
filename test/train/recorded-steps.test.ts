import { describe, expect, test } from 'vitest'
import { recordedSteps } from '../../src/train/recorded-steps.js'

const steps = (epoch: number, stepsPerEpoch: number, k: number) => {
  const { ends, every, all } = recordedSteps(epoch, stepsPerEpoch, k)
  return [ends, every, [...all]]
}

describe('the steps of an epoch that are recorded', () => {
  test('are the first and the last', () => {
    expect(steps(3, 352, 0)).toEqual([[0, 351], [], [0, 351]])
    expect(steps(3, 1, 0)).toEqual([[0], [], [0]])
  })

  test('and all of them', () => {
    expect(steps(1, 4, 1)).toEqual([
      [0, 3],
      [0, 1, 2, 3],
      [0, 1, 2, 3],
    ])
  })

  test('or every k-th, counted from the start of the run', () => {
    expect(steps(0, 10, 4)).toEqual([
      [0, 9],
      [3, 7],
      [0, 3, 7, 9],
    ])
    expect(steps(1, 10, 4)).toEqual([
      [0, 9],
      [1, 5, 9],
      [0, 1, 5, 9],
    ])
    expect(steps(2, 10, 4)).toEqual([
      [0, 9],
      [3, 7],
      [0, 3, 7, 9],
    ])
  })

  test('of which an epoch may have none', () => {
    expect([0, 1, 2, 3].map((epoch) => recordedSteps(epoch, 3, 7).every)).toEqual([[], [], [0], []])
    expect(recordedSteps(0, 3, 2 ** 31).every).toEqual([])
  })

  test.each([1, 2, 3, 5, 7, 11, 100])('make up the multiples of %i', (k) => {
    const ofRun = Array.from({ length: 9 }, (_, epoch) =>
      recordedSteps(epoch, 11, k).every.map((s) => epoch * 11 + s + 1),
    )
    expect(ofRun.flat()).toEqual(Array.from({ length: Math.floor(99 / k) }, (_, i) => (i + 1) * k))
  })
})
