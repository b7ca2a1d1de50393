import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { comparisonLines } from '../../src/cli/listing/comparison-lines.js'
import { runList } from '../../src/cli/listing/run-list.js'
import { compareRuns } from '../../src/run/compare-runs.js'
import { listRuns, type RunSummary } from '../../src/run/list-runs.js'
import { recordedStudy } from '../study/recorded-study.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { smallExperiment } from '../train/small-experiment.js'
import { commandHere } from './command-line.js'

const plain = (lines: readonly string[]) => lines.map(stripVTControlCharacters)

async function twoRuns(): Promise<string> {
  const axes = { 'learningRate.initial': [0.1, 0.01] }
  return recordedStudy({ name: 'two', base: smallExperiment, axes }, (_, i) => ({
    testAccuracy: i === 0 ? 0.9 : 0.85,
    rotation: i === 0 ? 0.6 : 0.3,
  }))
}

test('list prints a table, and JSON for programs', async () => {
  const folder = await twoRuns()
  const table = await commandHere(['list', folder])
  expect(table.code).toBe(0)
  const lines = table.stdout.split('\n')
  expect(lines[0]).toMatch(/^run +state +epochs +test \(%\) +rotation +started$/)
  // Runs that began at the same time are in the order of their folders.
  expect(lines[1]).toMatch(/0\.01_\w+ +finished +3\/3 +85\.00 +0\.250 +2026-11-23 \d\d:22$/)
  expect(lines[2]).toMatch(/0\.1_\w+ +finished +3\/3 +90\.00 +0\.500 +2026-11-23 \d\d:22$/)
  const json = await commandHere(['list', folder, '--json'])
  expect((JSON.parse(json.stdout) as RunSummary[]).map(({ testAccuracy }) => testAccuracy)).toEqual([0.85, 0.9])
})

test('list looks where run writes', async () => {
  const folder = await twoRuns()
  const { stdout } = await commandHere(['list', '--json'], { env: { LAYER_ROTATION_RUNS: folder } })
  expect(JSON.parse(stdout)).toHaveLength(2)
  const empty = temporaryFolder()
  const { code, stderr } = await commandHere(['list', empty])
  expect([code, stderr]).toEqual([2, `error: ${empty} holds no runs\n`])
})

test('the reasons of failures stand below the list, without control characters', () => {
  const run: RunSummary = {
    folder: '/runs/a\u001b[31m',
    name: 'a',
    state: 'failed',
    epoch: 0.5,
    epochs: 3,
    testAccuracy: null,
    rotation: null,
    startedAt: '2026-11-23T05:22:33.000Z',
    ...{ tags: [], overrides: [] },
    reason: 'bad\u0007 luck',
  }
  const lines = runList([run, { ...run, folder: '/runs/b', state: 'finished' }])
  expect(plain(lines)[1]).toMatch(/failed +0\.5\/3 +– +– +2026/)
  expect(lines.at(-1)).toMatch(/^\/runs\/a.*: bad.* luck$/)
  expect(lines.join('')).not.toMatch(/\u0007/)
  expect(lines).toHaveLength(5)
})

test('tags stand in a column of their own, if a run has any', async () => {
  const folder = await twoRuns()
  const [run, other] = (await listRuns(folder)) as [RunSummary, RunSummary]
  const lines = plain(runList([{ ...run, tags: ['base\u0007line', 'to show'] }, other]))
  expect(lines[0]).toMatch(/started +tags$/)
  expect(lines[1]).toMatch(/\d\d:22 +base.+line, to show$/)
  expect(lines.join('')).not.toMatch(/\u0007/)
})

test('compare prints what differs, the numbers and the curves', async () => {
  const folder = await twoRuns()
  const [other, one] = (await listRuns(folder)).map((run) => run.folder) as [string, string]
  const lines = plain(comparisonLines(await compareRuns(one, other)))
  const line = (title: string) => lines.find((each) => each.startsWith(title))
  expect(lines[0]).toBe(`A  ${one}`)
  expect(line('learningRate.initial')).toMatch(/ 0\.1 +0\.01$/)
  expect(lines).toContain('software, hardware and data are the same')
  expect(line('test accuracy (%)')).toMatch(/ 90\.00 +85\.00 +−5\.00$/)
  expect(line('mean rotation')).toMatch(/ 0\.500 +0\.250 +−0\.250$/)
  expect(line('rotation of dense0')).toMatch(/ 0\.600 +0\.300 +−0\.300$/)
  expect(lines.filter((each) => /[▁▂▃▄▅▆▇█]/.test(each))).toHaveLength(3)
  const json = JSON.parse((await commandHere(['compare', one, other, '--json'])).stdout) as Record<string, unknown>
  expect(Object.keys(json)).toEqual(['runs', 'settings', 'environment'])
  const { code, stderr } = await commandHere(['compare', one, join(folder, 'none')])
  expect(code).toBe(2)
  expect(stderr).toContain('does not exist')
})

test('of many layers those that differ most are compared', async () => {
  const model = { type: 'mlp', hidden: Array(20).fill(4) as number[] }
  const base = { ...smallExperiment, model }
  const folder = await recordedStudy({ name: 'deep', base: base as never, axes: { seed: [1, 2] } }, (_, i) => ({
    rotation: 0.2 + 0.4 * i,
  }))
  const [one, other] = (await listRuns(folder)).map((run) => run.folder) as [string, string]
  const rows = plain(comparisonLines(await compareRuns(one, other))).filter((line) => line.startsWith('rotation of'))
  // The difference falls from layer to layer.
  expect(rows.map((row) => row.split(' ')[2])).toEqual(Array.from({ length: 12 }, (_, i) => `dense${i}`))
})
