import { expect, test } from 'vitest'
import { runState } from '../../../src/run/run-state.js'
import { trainPoint } from '../../../src/sweep/train-point.js'
import { failure } from '../../support/failure.js'
import { lostRun } from './lost-run.js'

test('a run that another machine has lost counts as interrupted after two minutes', async () => {
  const { run, beat } = await lostRun()
  expect((await runState(run)).state).toBe('running')
  beat(-110)
  expect((await runState(run)).state).toBe('running')
  beat(-130)
  expect((await runState(run)).state).toBe('interrupted')
})

test('only a process that is to take it over waits for a sign of life', async () => {
  const { folder, point, beat } = await lostRun()
  expect(await trainPoint(folder, point)).toEqual({ end: 'elsewhere' })

  const signal = AbortSignal.timeout(1500)
  const stopped = await failure(() => trainPoint(folder, point, { takeOver: true, signal }))
  expect(stopped).toMatch(/^INTERRUPTED: stopped before .* was resumed; it is unchanged$/)

  setTimeout(() => beat(0), 1200)
  expect(await trainPoint(folder, point, { takeOver: true })).toEqual({ end: 'elsewhere' })
})
