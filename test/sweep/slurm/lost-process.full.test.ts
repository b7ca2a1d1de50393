import { expect, test } from 'vitest'
import { runState } from '../../../src/run/run-state.js'
import { trainPoint } from '../../../src/sweep/train-point.js'
import { lostRun } from './lost-run.js'

test('a run whose process shows no sign of life within 30 seconds is taken over', async () => {
  const { folder, point, run, beat } = await lostRun()
  beat(0)
  const begun = performance.now()
  expect(await trainPoint(folder, point, { takeOver: true })).toEqual({ end: 'finished' })
  expect(performance.now() - begun).toBeGreaterThan(29_000)
  expect((await runState(run)).state).toBe('finished')
})
