import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeStudyReport } from '../../src/report/study/write-study-report.js'
import { openRun } from '../../src/run/open-run.js'
import { keepLedger } from '../../src/study/keep-ledger.js'
import { openStudy } from '../../src/study/open-study.js'
import { study } from '../../src/study/study.js'
import type { Study, StudyRow } from '../../src/study/study-row.js'
import { trainPoint } from '../../src/sweep/train-point.js'
import { failure } from '../support/failure.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { smallBase } from './small-base.js'

describe('a study of real runs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'layer-rotation-'))
  let opened: Study
  const row = (rate: number, seed: number): StudyRow =>
    opened.rows.find(({ values }) => values['learningRate.initial'] === rate && values['seed'] === seed)!

  beforeAll(async () => {
    const axes = { 'learningRate.initial': [0.1, 0.01, 1e30], seed: [1, 2] }
    const points = await keepLedger(study({ name: 'real', base: smallBase, axes }), folder)
    const [fast, fast2, slow, slow2, diverging] = points
    for (const point of [fast!, fast2!, slow!]) await trainPoint(folder, point)
    expect(await failure(() => trainPoint(folder, diverging!))).toMatch(/^DIVERGED/)
    const stop = new AbortController()
    const onEpochEnd = () => stop.abort()
    expect(await failure(() => trainPoint(folder, slow2!, { signal: stop.signal, onEpochEnd }))).toMatch(/^INTERRUPTED/)
    writeFileSync(join(folder, fast2!.folder, 'rotation.csv'), 'epoch,dense0,dense1\n0,0,here\n')
    opened = await openStudy(folder)
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  test('has a row for each point, with its values, state and folder', () => {
    expect(opened).toMatchObject({ folder, name: 'real', axes: ['learningRate.initial', 'seed'] })
    expect(opened.rows.map(({ values, state }) => [values['learningRate.initial'], values['seed'], state])).toEqual([
      [0.1, 1, 'finished'],
      [0.1, 2, 'unreadable'],
      [0.01, 1, 'finished'],
      [0.01, 2, 'interrupted'],
      [1e30, 1, 'failed'],
      [1e30, 2, 'new'],
    ])
  })

  test('has the numbers of each run', async () => {
    const found = row(0.1, 1)
    const { metrics, best, rotation } = await openRun(join(folder, found.folder))
    const last = metrics.at(-1)!
    expect(found).toMatchObject({
      seed: 1,
      epochs: 4,
      testAccuracy: last.testAccuracy,
      testLoss: last.testLoss,
      valAccuracy: last.valAccuracy,
      trainAccuracy: last.trainAccuracy,
      trainLoss: last.trainLoss,
      bestEpoch: best!.epoch,
      bestValAccuracy: best!.valAccuracy,
      bestTestAccuracy: best!.testAccuracy,
      meanRotation: rotation.mean()[4],
      firstRotation: rotation.layer('dense0')[4],
      lastRotation: rotation.layer('dense1')[4],
      layers: ['dense0', 'dense1'].map((layer) => ({ layer, rotation: rotation.layer(layer)[4] })),
      seconds: last.seconds,
      reason: null,
    })
    expect(found.meanRotation).toBeGreaterThan(0)
    expect(found.curves).toEqual({
      epochs: [0, 1, 2, 3, 4],
      meanRotation: rotation.mean(),
      testAccuracy: [null, ...metrics.map(({ testAccuracy }) => testAccuracy)],
    })
  })

  test('says why a run failed, was interrupted, or cannot be read', () => {
    expect(row(1e30, 1)).toMatchObject({ reason: expect.stringMatching(/finite/) as string, testAccuracy: null })
    expect(row(0.01, 2)).toMatchObject({ epochs: 1, testAccuracy: expect.any(Number) as number })
    const { reason, testAccuracy, meanRotation, layers } = row(0.1, 2)
    expect(reason).toMatch(/rotation\.csv:2: column dense1: found "here"; expected a number$/)
    expect([testAccuracy, meanRotation, layers]).toEqual([null, null, []])
  })

  test('has a report that tells all of this', async () => {
    const into = temporaryFolder()
    const page = readFileSync(await writeStudyReport(opened, into), 'utf8').replace(/\s+/g, ' ')
    expect(page).toContain('2 of 6 runs are finished; 1 failed, 1 unreadable, 1 interrupted, 1 not begun.')
    expect(page).toMatch(/<strong>learning rate 1e\+30, seed 1<\/strong> failed: [^<]*finite/)
    expect(page).toMatch(/<strong>learning rate 0\.1, seed 2<\/strong> cannot be read: [^<]*rotation\.csv:2/)
    expect(page).toContain('>1 of 2</td>')
    expect(page).not.toMatch(/>NaN|NaN [±%]/)
  })
})

test('a study that nothing was trained of has rows, and a report without figures', async () => {
  const folder = temporaryFolder()
  await keepLedger(study({ name: 'planned', base: smallBase, axes: { seed: [1, 2] } }), folder)
  const planned = await openStudy(folder)
  expect(planned.rows.map(({ state, epochs, curves }) => [state, epochs, curves])).toEqual([
    ['new', 0, null],
    ['new', 0, null],
  ])
  const page = readFileSync(await writeStudyReport(planned), 'utf8')
  expect(page).toContain('0 of 2 runs are finished;')
  expect(page).not.toContain('<figure')
})

test('a folder without a ledger is no study', async () => {
  const folder = temporaryFolder()
  expect(await failure(() => openStudy(folder))).toMatch(/^MISSING_FILE: .*ledger\.json does not exist/)
  expect(await failure(() => openStudy(''))).toMatch(/^INVALID_CONFIG: openStudy: folder/)
})
