import { expect, test } from 'vitest'
import { beginnings, eachCall, Trials } from './trials.js'

// The full tier lets every call fail with every fault, once and from then on.

test('a file-system call that fails in a run, a resumption or a reading loses nothing, and is named', async () => {
  const trials = await Trials.prepare()
  for (const beginning of beginnings) {
    expect(await eachCall(41, (failing) => trials.of(beginning, failing)), beginning).toBeGreaterThan(100)
  }
  for (const lasting of [false, true]) {
    expect(await eachCall(1, (failing) => trials.ofReading(failing), { lasting })).toBeGreaterThan(20)
  }
}, 300_000)
