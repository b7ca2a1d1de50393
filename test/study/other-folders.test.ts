import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { keepLedger } from '../../src/study/keep-ledger.js'
import { readLedger, runFolder, type LedgerPoint } from '../../src/study/ledger.js'
import { openStudy } from '../../src/study/open-study.js'
import { pointState } from '../../src/study/point-state.js'
import { study } from '../../src/study/study.js'
import { trainPoint } from '../../src/sweep/train-point.js'
import { failure } from '../support/failure.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { smallBase } from './small-base.js'

const seeds = study({ name: 's', base: smallBase, axes: { seed: [1, 2] } })

describe('what is in place of a run', () => {
  let folder: string
  let first: LedgerPoint
  let second: LedgerPoint
  let run: string

  beforeEach(async () => {
    folder = temporaryFolder()
    ;[first, second] = (await keepLedger(seeds, folder)) as [LedgerPoint, LedgerPoint]
    run = runFolder(folder, first)
  })

  /** The row of the first point, which no sweep may take for another state either. */
  async function refused(): Promise<string | null> {
    const [row] = (await openStudy(folder)).rows
    expect(row!.state).toBe('unreadable')
    expect(await failure(() => pointState(folder, first))).toMatch(/^(INVALID|MISSING)_FILE: /)
    expect(await failure(() => trainPoint(folder, first))).toMatch(/^(INVALID|MISSING)_FILE: /)
    return row!.reason
  }

  test('a link to nothing', async () => {
    symlinkSync('/nowhere/run', run)
    expect(await refused()).toContain('is a link to what does not exist')
  })

  test('a file', async () => {
    writeFileSync(run, '')
    expect(await refused()).toContain('is no folder')
  })

  test("another point's run", async () => {
    await trainPoint(folder, second)
    cpSync(runFolder(folder, second), run, { recursive: true })
    expect(await refused()).toContain('holds another experiment than its study expects there: seed is 2 in place of 1')
  })

  test('a folder whose status is lost keeps what is in it', async () => {
    await trainPoint(folder, first)
    for (const file of ['status.json', 'metrics.csv']) rmSync(join(run, file))
    writeFileSync(join(run, 'notes.txt'), 'keep')
    expect(await refused()).toContain('status.json does not exist')
    expect(existsSync(join(run, 'notes.txt'))).toBe(true)
  })

  test('a folder in which a process was killed before it recorded anything is used again', async () => {
    mkdirSync(join(run, 'checkpoints', 'initial'), { recursive: true })
    writeFileSync(join(run, 'config.json.0123456789abcdef.tmp'), '{')
    expect(await pointState(folder, first)).toEqual({ state: 'new', isBegun: true })
    writeFileSync(join(run, 'checkpoints', 'initial', 'notes.txt'), 'keep')
    expect(await failure(() => pointState(folder, first))).toMatch(/^MISSING_FILE: /)
  })
})

test.each(['metrics.csv', 'rotation.csv'])('a finished run whose %s lacks its last row is unreadable', async (file) => {
  const folder = temporaryFolder()
  const [point] = await keepLedger(seeds, folder)
  await trainPoint(folder, point!)
  const path = join(runFolder(folder, point!), file)
  writeFileSync(path, readFileSync(path, 'utf8').replace(/[^\n]*\n$/, ''))
  expect((await openStudy(folder)).rows[0]).toMatchObject({
    state: 'unreadable',
    testAccuracy: null,
    reason: expect.stringMatching(/ends after epoch \d; expected epoch \d, .* rows are missing$/) as unknown,
  })
})

describe('a ledger', () => {
  test('has one value for what is written in two ways', async () => {
    const folder = temporaryFolder()
    const by = (optimizer: object, seed: number) =>
      study({ name: 's', base: smallBase, axes: { optimizer: [optimizer as never, { type: 'adam' }], seed: [seed] } })
    await keepLedger(by({ type: 'sgd' }, 1), folder)
    await keepLedger(by({ type: 'sgd', momentum: 0 }, 2), folder)
    const { points } = await readLedger(folder)
    expect(new Set(points.map(({ values }) => JSON.stringify(values['optimizer']))).size).toBe(2)
  })

  test('finds the runs that have left it, or whose ledger is lost, under other names', async () => {
    const folder = temporaryFolder()
    const [point] = await keepLedger(seeds, folder)
    mkdirSync(runFolder(folder, point!))
    rmSync(join(folder, 'ledger.json'))
    const [again] = await keepLedger(
      study({ name: 's', base: smallBase, axes: { batchSize: [smallBase.batchSize], seed: [1] } }),
      folder,
    )
    expect(again!.folder).toBe(point!.folder)
    renameSync(runFolder(folder, point!), join(folder, `mine_${point!.folder.slice(-10)}`))
    rmSync(join(folder, 'ledger.json'))
    expect((await keepLedger(seeds, folder))[0]!.folder).toBe(`mine_${point!.folder.slice(-10)}`)
  })
})
