import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compareRuns } from '../../src/run/compare-runs.js'
import { listRuns } from '../../src/run/list-runs.js'
import { recordedStudy } from '../study/recorded-study.js'
import { failure } from '../support/failure.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { smallExperiment } from '../train/small-experiment.js'

/** Three runs of seeds 1, 2 and 3: finished, failed after one epoch, and interrupted before the first. */
async function threeRuns(folder = temporaryFolder()): Promise<string> {
  const axes = { seed: [1, 2, 3], 'learningRate.initial': [0.1] }
  await recordedStudy(
    { name: 'three', base: smallExperiment, axes },
    (_, index) => {
      if (index === 0) return { testAccuracy: 0.8, rotation: 0.4 }
      if (index === 1) return { epochs: 1, status: { status: 'failed', reason: 'the disk is full' } }
      return { epochs: 2, status: { status: 'interrupted' } }
    },
    folder,
  )
  return folder
}

const edit = (file: string, change: (text: string) => string) => writeFileSync(file, change(readFileSync(file, 'utf8')))

test('the runs below a folder are listed with their state and last numbers, the newest first', async () => {
  const folder = temporaryFolder()
  const study = join(folder, 'deep', 'study')
  mkdirSync(study, { recursive: true })
  await threeRuns(study)
  const [first] = (await listRuns(folder)).filter(({ state }) => state === 'finished')
  edit(join(first!.folder, 'status.json'), (text) => text.replace('2026-11-23T05:22:33', '2026-11-24T05:22:33'))
  const runs = await listRuns(folder)
  expect(runs.map(({ state, epoch, epochs }) => [state, epoch, epochs])).toEqual([
    ['finished', 3, 3],
    ['failed', 1, 3],
    ['interrupted', 2, 3],
  ])
  expect(runs[0]).toMatchObject({ testAccuracy: 0.8, startedAt: '2026-11-24T05:22:33.000Z' })
  // Two layers, the second of which turns two thirds as far.
  expect(runs[0]!.rotation).toBeCloseTo((0.4 + 0.4 / 1.5) / 2, 12)
  expect(runs[0]).not.toHaveProperty('reason')
  expect(runs[1]!.reason).toBe('the disk is full')
  expect(await listRuns(first!.folder)).toEqual([runs[0]])
})

test('a run whose process has gone is interrupted, and one that cannot be read tells why', async () => {
  const folder = await threeRuns()
  const [finished, failed, interrupted] = (await listRuns(folder)).map((run) => run.folder)
  edit(join(interrupted!, 'status.json'), (text) => text.replace('"interrupted"', '"running"'))
  edit(join(failed!, 'config.json'), () => '{')
  rmSync(join(finished!, 'metrics.csv'))
  const byFolder = new Map((await listRuns(folder)).map((run) => [run.folder, run]))
  expect(byFolder.get(interrupted!)!.state).toBe('interrupted')
  expect(byFolder.get(failed!)).toMatchObject({ state: 'unreadable', epoch: null, startedAt: null })
  expect(byFolder.get(failed!)!.reason).toContain('config.json')
  expect(byFolder.get(finished!)!.reason).toContain('metrics.csv')
})

test('links, hidden folders and what is no run are passed over', async () => {
  const folder = await threeRuns()
  mkdirSync(join(folder, '.hidden'))
  await threeRuns(join(folder, '.hidden'))
  symlinkSync(folder, join(folder, 'circle'))
  mkdirSync(join(folder, 'notes'))
  writeFileSync(join(folder, 'notes', 'status.json'), '{}')
  expect(await listRuns(folder)).toHaveLength(3)
})

test('a folder that is not there is an error', async () => {
  expect(await failure(() => listRuns('no/such'))).toMatch(
    /^MISSING_FILE: .*no\/such does not exist; expected a folder of runs/,
  )
})

test('two runs are compared by settings, environment and numbers', async () => {
  const folder = await threeRuns()
  const [one, other] = (await listRuns(folder)).map((run) => run.folder)
  edit(join(other!, 'environment.json'), (text) =>
    text.replace('"threads":2', '"threads":1').replace('"cpu":"Some', '"cpu":"No'),
  )
  const { runs, settings, environment } = await compareRuns(one!, other!)
  expect(runs.map((run) => run.folder)).toEqual([one, other])
  expect(settings).toEqual([{ path: 'seed', from: '1', to: '2' }])
  expect(environment).toEqual([
    { path: 'cpu', from: 'Some processor', to: 'No processor' },
    { path: 'threads', from: '2', to: '1' },
  ])
})
