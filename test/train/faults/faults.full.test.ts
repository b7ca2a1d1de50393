import { availableParallelism } from 'node:os'
import { expect, test } from 'vitest'
import { faults } from './faulty-process.js'
import { beginnings, eachCall, Trials } from './trials.js'

/** Each trial waits for the disk or a thread half of the time. */
const lanes = Math.min(2 * availableParallelism(), 8)
const cases = faults.flatMap((fault) => beginnings.map((beginning) => [fault, beginning] as const))

test.each(cases)(
  'each call with %s, in a run %s, once and lasting, loses nothing',
  async (fault, beginning) => {
    const trials = await Trials.prepare(lanes)
    for (const lasting of [false, true]) {
      const calls = await eachCall(1, (failing) => trials.of(beginning, failing), { fault, lasting, lanes })
      expect(calls).toBeGreaterThan(100)
    }
  },
  1_200_000,
)

test.each(faults)('each call with %s, in reading a run, once and lasting, is named', async (fault) => {
  const trials = await Trials.prepare(lanes)
  for (const lasting of [false, true]) {
    const calls = await eachCall(1, (failing) => trials.ofReading(failing), { fault, lasting, lanes })
    expect(calls).toBeGreaterThan(20)
  }
})
