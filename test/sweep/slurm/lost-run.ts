import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runFolder, type LedgerPoint } from '../../../src/study/ledger.js'
import { trainPoint } from '../../../src/sweep/train-point.js'
import { failure } from '../../support/failure.js'
import { temporaryFolder } from '../../support/temporary-folder.js'
import { smallStudy } from './small-study.js'

export interface LostRun {
  folder: string
  point: LedgerPoint
  run: string
  /** Gives a sign of life, at a number of seconds from now. */
  beat: (seconds: number) => void
}

/** A run whose process on another machine ended without a word after its first epoch. */
export async function lostRun(): Promise<LostRun> {
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
