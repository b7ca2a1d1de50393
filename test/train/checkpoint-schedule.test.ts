import { expect, test } from 'vitest'
import { CheckpointSchedule } from '../../src/train/checkpoint-schedule.js'

/** A clock that the test sets, in milliseconds. */
function clock(): { now: () => number; pass: (time: number) => void } {
  let time = 1000
  return { now: () => time, pass: (passed) => void (time += passed) }
}

test('by time alone checkpoints take at most 2 % of it', () => {
  const { now, pass } = clock()
  const schedule = new CheckpointSchedule({ everyEpochs: null, everyMinutes: null, keep: 1 }, 10, now)
  let [written, passed] = [0, 0]
  for (let epoch = 1; epoch <= 10_000; epoch++) {
    pass(7)
    passed += 7
    if (!schedule.isDueAfterEpoch(epoch)) continue
    // Each takes longer than was thought of it.
    const cost = 20 + written / 1000
    pass(cost)
    written += cost
    schedule.restart(cost)
  }
  expect(written / passed).toBeGreaterThan(0.015)
  expect(written / passed).toBeLessThan(0.0201)
})

test('none is due within an epoch unless minutes are given', () => {
  const { now, pass } = clock()
  const schedule = new CheckpointSchedule({ everyEpochs: null, everyMinutes: null, keep: 1 }, 0, now)
  pass(1e9)
  expect(schedule.untilDue()).toBe(Infinity)
})

test('after every so many epochs, whatever it costs', () => {
  const schedule = new CheckpointSchedule({ everyEpochs: 3, everyMinutes: null, keep: 1 }, 1e9, clock().now)
  expect([1, 2, 3, 4, 5, 6, 7].filter((epoch) => schedule.isDueAfterEpoch(epoch))).toEqual([3, 6])
})

test('so many minutes after the last one, at the latest', () => {
  const { now, pass } = clock()
  const schedule = new CheckpointSchedule({ everyEpochs: 10, everyMinutes: 2, keep: 1 }, 0, now)
  pass(119_000)
  expect(schedule.untilDue()).toBe(1000)
  expect(schedule.isDueAfterEpoch(1)).toBe(false)
  pass(1000)
  expect(schedule.isDueAfterEpoch(1)).toBe(true)
  schedule.restart(5)
  expect(schedule.untilDue()).toBe(120_000)
})
