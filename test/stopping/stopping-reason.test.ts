import { describe, expect, test } from 'vitest'
import { stoppingReason, type LoggedEpoch } from '../../src/stopping/stopping-reason.js'

/** Epochs of these losses. */
const losses = (...values: number[]): LoggedEpoch[] =>
  values.map((loss) => ({ loss, accuracy: 0.5, valAccuracy: null }))

const accuracies = (...values: number[]): LoggedEpoch[] =>
  values.map((accuracy) => ({ loss: 1, accuracy, valAccuracy: null }))

const validated = (...values: number[]): LoggedEpoch[] =>
  values.map((valAccuracy) => ({ loss: 1, accuracy: 0.5, valAccuracy }))

/** Number of epochs that a run makes. */
function epochsRun(rules: Parameters<typeof stoppingReason>[0], epochs: LoggedEpoch[]): number {
  const last = epochs.findIndex((_, i) => stoppingReason(rules, epochs.slice(0, i + 1)) !== undefined)
  return last === -1 ? epochs.length : last + 1
}

describe('notWorking looks at the accuracy of one epoch', () => {
  // C10-CNN1 of the paper: A .2, E 7 (0-based, so the eighth epoch).
  const rules = { notWorking: { epoch: 7, accuracy: 0.2 } }
  test.each([
    [accuracies(0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1), 8],
    [accuracies(0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.2, 0.9, 0.9), 8],
    [accuracies(0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.2001, 0.1, 0.1), 10],
  ])('%#', (epochs, expected) => {
    expect(epochsRun(rules, epochs)).toBe(expected)
  })

  test('and says so', () => {
    expect(stoppingReason({ notWorking: { epoch: 1, accuracy: 0.2 } }, accuracies(0.1, 0.12345))).toBe(
      'the training accuracy of 0.1235 is at most 0.2 in epoch 1, counted from 0 (stopping.notWorking)',
    )
  })
})

describe('finished looks at the loss', () => {
  const rules = { finished: { loss: 1e-4 } }
  test.each([
    [losses(1, 0.1, 1e-3, 1e-4, 1e-5), 4],
    [losses(1, 0.1, 1.0001e-4), 3],
    [losses(1e-5), 1],
  ])('%#', (epochs, expected) => {
    expect(epochsRun(rules, epochs)).toBe(expected)
  })

  test('and says so', () => {
    expect(stoppingReason(rules, losses(9.12345e-5))).toBe('the loss of 9.123e-5 is at most 0.0001 (stopping.finished)')
  })
})

describe('converged counts losses that equal the one before to the last bit', () => {
  test.each([
    [3, losses(1, 0.5, 0.5, 0.5, 0.5, 0.4), 5],
    [3, losses(0.5, 0.5, 0.5, 0.5, 0.5), 4],
    [3, losses(0.5, 0.5, 0.5, 0.5 + 2 ** -53, 0.5, 0.5, 0.5), 7],
    [1, losses(1, 0.5, 0.5, 0.4), 3],
    [3, losses(1, 2, 1, 2, 1, 2), 6],
  ])('%i times, %#', (times, epochs, expected) => {
    expect(epochsRun({ converged: { times } }, epochs)).toBe(expected)
  })

  test('and says so', () => {
    expect(stoppingReason({ converged: { times: 3 } }, losses(2.3026, 2.3026, 2.3026, 2.3026))).toBe(
      'the loss of 2.303 has not changed in 3 epochs (stopping.converged)',
    )
  })
})

describe('early counts epochs since the first with the largest validation accuracy', () => {
  const early = (patience: number) => ({ early: { patience, metric: 'valAccuracy' as const } })
  test.each([
    [2, validated(0.1, 0.5, 0.5, 0.4, 0.9), 4],
    [2, validated(0.1, 0.5, 0.4, 0.6, 0.5, 0.6, 0.9), 6],
    [1, validated(0.1, 0.2, 0.3, 0.3, 0.4), 4],
    [3, validated(0.1, 0.2, 0.3, 0.3, 0.4), 5],
  ])('%i, %#', (patience, epochs, expected) => {
    expect(epochsRun(early(patience), epochs)).toBe(expected)
  })

  test('of those that are evaluated', () => {
    const third = validated(0.1, 0.5, 0.4).flatMap((epoch) => [{ ...epoch, valAccuracy: null }, epoch])
    expect(stoppingReason(early(1), third.slice(0, 5))).toBeUndefined()
    expect(stoppingReason(early(1), third)).toContain('since epoch 4 (stopping.early)')
    expect(stoppingReason(early(1), [{ ...third[0]! }])).toBeUndefined()
  })

  test('and says so', () => {
    expect(stoppingReason(early(2), validated(0.1, 0.5, 0.4, 0.5))).toBe(
      'the validation accuracy has not risen above 0.5 since epoch 2 (stopping.early)',
    )
  })
})

test('of several rules any one ends the run', () => {
  const rules = { notWorking: { epoch: 3, accuracy: 0.5 }, finished: { loss: 0.1 }, converged: { times: 2 } }
  expect(epochsRun(rules, losses(1, 0.05, 0.05, 0.05))).toBe(2)
  expect(epochsRun(rules, losses(1, 0.5, 0.5, 0.5))).toBe(4)
  expect(epochsRun(rules, losses(0.5, 0.5, 0.5, 0.4))).toBe(3)
})
