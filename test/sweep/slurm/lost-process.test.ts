import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runFolder, type LedgerPoint } from '../../../src/study/ledger.js'
import { pointState } from '../../../src/study/point-state.js'
import { trainPoint } from '../../../src/sweep/train-point.js'
import { failure } from '../../support/failure.js'
import { temporaryFolder } from '../../support/temporary-folder.js'
import { smallStudy } from './small-study.js'

test('a run that another machine has lost counts as interrupted after two minutes', async () => {
  const { run, beat } = await lostRun()
  expect((await pointState(run)).state).toBe('running')
  beat(-110)
  expect((await pointState(run)).state).toBe('running')
  beat(-130)
  expect((await pointState(run)).state).toBe('interrupted')
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

interface LostRun {
  folder: string
  point: LedgerPoint
  run: string
  /** Gives a sign of life, at a number of seconds from now. */
  beat: (seconds: number) => void
}

/** A run whose process on another machine ended without a word after its first epoch. */
async function lostRun(): Promise<LostRun> {
  const { folder, points } = await smallStudy(join(temporaryFolder(), 'study'), [1])
  const point = points[0]!
  const controller = new AbortController()
  const onEpochEnd = () => controller.abort()
  await failure(() => trainPoint(folder, point, { signal: controller.signal, onEpochEnd }))
  const run = runFolder(folder, point)
  const status = JSON.parse(readFileSync(join(run, 'status.json'), 'utf8')) as object
  writeFileSync(join(run, 'status.json'), JSON.stringify({ ...status, status: 'running' }))
  const lock = join(run, 'lock', '0.json')
  mkdirSync(join(run, 'lock'), { recursive: true })
  writeFileSync(lock, JSON.stringify({ host: 'elsewhere', pid: 7 }))
  const beat = (seconds: number) => utimesSync(lock, Date.now() / 1000 + seconds, Date.now() / 1000 + seconds)
  return { folder, point, run, beat }
}
