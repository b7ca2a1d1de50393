import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { mlp } from '../../src/index.js'
import { readLedger, type LedgerPoint } from '../../src/study/ledger.js'
import { measureCandidate } from '../../src/tune/measure-candidate.js'
import { turningOf } from '../../src/tune/turning.js'
import { recordedStudy, type Outcome } from '../study/recorded-study.js'
import { smallBase } from '../study/small-base.js'

const base = { ...smallBase, model: mlp({ hidden: [8, 8, 8] }) }

/** A candidate's runs in a study of two seeds whose layers end at these rotations. */
async function candidate(outcome: Outcome): Promise<{ study: string; points: LedgerPoint[] }> {
  const study = await recordedStudy({ name: 'x', base, axes: { seed: [1, 2] } }, () => outcome)
  return { study, points: (await readLedger(study)).points }
}

const noFailures = new Map<string, string>()

test('the middle layers of all seeds count, and no accuracy', async () => {
  const { study, points } = await candidate({ rotation: 0.4 })
  const found = await measureCandidate({ study, value: 0.1, points, failures: noFailures }, 1, 20)
  expect(found).toMatchObject({ value: 0.1, failure: null, trainLoss: 1 })
  expect(found.layers.map(({ layer, seed, isMiddle }) => [layer, seed, isMiddle])).toEqual(
    [1, 2].flatMap((seed) => [0, 1, 2, 3].map((i) => [`dense${i}`, seed, i === 1 || i === 2])),
  )
  const turnings = [0.4 / 1.25, 0.4 / 1.5].map(turningOf)
  expect(found.score!.offset).toBeCloseTo((Math.log(turnings[0]! / 20) + Math.log(turnings[1]! / 20)) / 2, 12)
  const other = await candidate({ rotation: 0.4, testAccuracy: 0.1, valAccuracy: () => 0.1 })
  expect(await measureCandidate({ value: 0.1, failures: noFailures, ...other }, 1, 20)).toEqual(found)
})

test('a candidate of which one run failed is none', async () => {
  const { study, points } = await candidate({})
  const failures = new Map([[points[1]!.folder, 'the loss became NaN']])
  expect(await measureCandidate({ study, value: 1, points, failures }, 0.1, 20)).toEqual({
    value: 1,
    failure: 'the loss became NaN',
    layers: [],
    score: null,
    trainLoss: null,
  })
})

test('a candidate whose training loss is that of guessing is none', async () => {
  const { study, points } = await candidate({})
  const file = join(study, points[0]!.folder, 'metrics.csv')
  const [header, ...rows] = readFileSync(file, 'utf8').trimEnd().split('\n')
  const column = header!.split(',').indexOf('train_loss')
  const changed = rows.map((row) =>
    row
      .split(',')
      .map((cell, i) => (i === column ? String(Math.log(10)) : cell))
      .join(','),
  )
  writeFileSync(file, [header, ...changed, ''].join('\n'))
  const { failure } = await measureCandidate({ study, value: 1, points, failures: noFailures }, 0.1, 20)
  expect(failure).toBe('it does not train: the training loss is 2.303, that of guessing')
})

test('a candidate whose middle layers rest is none', async () => {
  const { study, points } = await candidate({ rotation: 0 })
  const { failure } = await measureCandidate({ study, value: 1, points, failures: noFailures }, 0.1, 20)
  expect(failure).toBe('no middle layer turns')
})
