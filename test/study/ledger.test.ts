import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { resnet32 } from '../../src/model/zoo/keras-resnet.js'
import { keepLedger, plannedPoints } from '../../src/study/keep-ledger.js'
import { readLedger } from '../../src/study/ledger.js'
import { study, type StudyInput } from '../../src/study/study.js'
import { failure } from '../support/failure.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { smallExperiment as base } from '../train/small-experiment.js'

const make = (input: Partial<StudyInput>) => study({ name: 's', base, ...input })
const seeds = (...seed: number[]) => make({ axes: { seed } })

describe('a ledger', () => {
  test('holds what was put in', async () => {
    const folder = join(temporaryFolder(), 'runs', 's')
    const given = make({ axes: { seed: [1, 2], 'learningRate.initial': [0.1, 0.3] } })
    const points = await keepLedger(given, folder)
    expect(points.map(({ folder: _, ...point }) => point)).toEqual(given.points)
    expect(await readLedger(folder)).toEqual({ name: 's', base: given.base, axes: given.axes, points })
  })

  test('gains points, keeps the folders of those it has, and tells the values of all on every axis', async () => {
    const folder = temporaryFolder()
    const before = await keepLedger(seeds(1, 2), folder)
    const more = await keepLedger(seeds(2, 3), folder)
    expect(more[0]).toEqual(before[1])
    await keepLedger(make({ axes: { epochs: [3, 4] } }), folder)
    const { axes, points } = await readLedger(folder)
    expect(axes).toEqual(['seed', 'epochs'])
    expect(points.map(({ values }) => values)).toEqual([
      { seed: 2, epochs: 3 },
      { seed: 3, epochs: 3 },
      { seed: 1, epochs: 3 },
      { seed: 1, epochs: 4 },
    ])
    expect(new Set(points.map((point) => point.folder)).size).toBe(4)
  })

  test('refuses another base, and takes it if the change is accepted', async () => {
    const folder = temporaryFolder()
    await keepLedger(seeds(1, 2), folder)
    const changed = make({ base: { ...base, batchSize: 50, seed: 9 }, axes: { seed: [1, 3] } })
    const message = await failure(() => keepLedger(changed, folder))
    expect(message).toContain('holds this study with another base:\n  batchSize was 100 and is 50\n')
    expect(message).toContain('--accept config')
    expect((await readLedger(folder)).points).toHaveLength(2)
    await keepLedger(changed, folder, { acceptChanges: true })
    expect((await readLedger(folder)).points.map(({ values }) => values)).toEqual([{ seed: 1 }, { seed: 3 }])
  })

  test('refuses other experiments of a function for the same values', async () => {
    const folder = temporaryFolder()
    const by = (epochs: number) => make({ base: () => ({ ...base, epochs }), axes: { a: ['x'] } })
    await keepLedger(by(3), folder)
    expect(await failure(() => keepLedger(by(4), folder))).toContain('a x: epochs was 3 and is 4')
  })

  test('takes settings that decide no number without a word', async () => {
    const folder = temporaryFolder()
    await keepLedger(seeds(1), folder)
    const [point] = await keepLedger(make({ base: { ...base, threads: 2 }, axes: { seed: [1] } }), folder)
    expect((await readLedger(folder)).points).toEqual([point])
    expect(point!.experiment.threads).toBe(2)
  })

  test('refuses another study', async () => {
    const folder = temporaryFolder()
    await keepLedger(seeds(1), folder)
    expect(await failure(() => keepLedger({ ...seeds(1), name: 'other' }, folder))).toContain('holds the study s')
  })

  test('can be foretold without a change', async () => {
    const folder = temporaryFolder()
    expect(await plannedPoints(seeds(1), join(folder, 'none'))).toEqual(await keepLedger(seeds(1), folder))
  })

  test('writes a network once', async () => {
    const folder = temporaryFolder()
    const data = { type: 'synthetic', shape: [3, 32, 32], classes: 10, train: 200, test: 10 } as const
    const large = { ...base, data, model: resnet32({ classes: 10 }) }
    await keepLedger(make({ base: large, axes: { seed: Array.from({ length: 50 }, (_, i) => i) } }), folder)
    const one = JSON.stringify(large).length
    expect(readFileSync(join(folder, 'ledger.json')).length).toBeLessThan(6 * one)
    expect((await readLedger(folder)).points[49]!.experiment).toMatchObject({ seed: 49, model: large.model })
  })

  test('is changed by one process at a time', async () => {
    const folder = temporaryFolder()
    await Promise.all(Array.from({ length: 8 }, (_, seed) => keepLedger(seeds(seed), folder)))
    expect((await readLedger(folder)).points).toHaveLength(8)
  })

  test.each<[string, (text: string) => string, string]>([
    ['that is none', () => '[]', 'ledger.json'],
    ['that is cut off', (text) => text.slice(0, -20), 'is not valid JSON'],
    ['of a later version', (text) => text.replace('"format": 1', '"format": 2'), 'in format 2; this is'],
    ['with a folder outside', (text) => text.replace(/"folder": "/, '"folder": "../'), 'points.0.folder'],
    ['with an invalid experiment', (text) => text.replace('"changes": {}', '"changes": {"epochs": 0}'), 'epochs is 0'],
    [
      'with a missing experiment',
      (text) => text.replace('"experiment": 0', '"experiment": 5'),
      'is 5; expected one of',
    ],
    [
      'with one folder twice',
      (text) => text.replaceAll(/"folder": "[^"]*"/g, '"folder": "a"'),
      'two points have the folder a',
    ],
  ])('%s is refused', async (_title, damage, message) => {
    const folder = temporaryFolder()
    await keepLedger(seeds(1, 2), folder)
    const path = join(folder, 'ledger.json')
    writeFileSync(path, damage(readFileSync(path, 'utf8')))
    const text = await failure(() => readLedger(folder))
    expect(text).toMatch(/^INVALID_FILE: /)
    expect(text).toContain(message)
  })

  test('of a folder that has none is missing', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'run'))
    expect(await failure(() => readLedger(folder))).toMatch(
      /^MISSING_FILE: .*expected a folder that `layer-rotation sweep` made/,
    )
  })
})
