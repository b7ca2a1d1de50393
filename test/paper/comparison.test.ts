import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { comparePaper } from '../../src/paper/comparison/compare.js'
import { ranks } from '../../src/paper/comparison/ranks.js'
import { comparisonRows, type Group } from '../../src/paper/comparison/rows.js'
import { summarize } from '../../src/study/statistics.js'
import { mnist } from '../../src/paper/experiments/mnist.js'
import { paperStudy } from '../../src/paper/paper-study.js'
import { openRun } from '../../src/run/open-run.js'
import { keepLedger } from '../../src/study/keep-ledger.js'
import { runFolder } from '../../src/study/ledger.js'
import { train } from '../../src/train/train.js'
import { lendRun } from '../study/lend-run.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { smallExperiment } from '../train/small-experiment.js'

test('a summary is a mean with the deviation of n - 1, without unknown numbers', () => {
  expect(summarize([2, 4, NaN, 9])).toEqual({ mean: 5, deviation: Math.sqrt(13), n: 3 })
  expect(summarize([3])).toEqual({ mean: 3, deviation: null, n: 1 })
  expect(summarize([NaN])).toBeNull()
  expect(summarize([])).toBeNull()
})

test('ranks begin with the highest, and equal numbers share theirs', () => {
  expect(ranks([10, 30, 20])).toEqual([3, 1, 2])
  expect(ranks([5, 7, 5, 1])).toEqual([2.5, 1, 2.5, 4])
  expect(ranks([])).toEqual([])
})

const source = { kind: 'figureText', error: 0.01 } as const

function group(method: string, published: number | null, accuracies: Readonly<Record<number, number>>): Group {
  return {
    values: { task: 'C10-CNN1', method },
    quantities: [{ key: 'testAccuracy', title: 'test accuracy (%)', digits: 2, published, source }],
    measured: new Map(
      Object.entries(accuracies).map(([seed, value]) => [Number(seed), new Map([['testAccuracy', value]])]),
    ),
  }
}

describe('rows', () => {
  const groups = [
    group('SGD', 80, { 1: 70, 2: 72 }),
    group('SGD+L2', 88, { 1: 69, 2: 70, 3: 99 }),
    group('adaptive', 85, { 1: 75 }),
    group('adaptive+Layca', null, { 1: 90 }),
    group('none', 50, {}),
  ]
  const reference = { method: 'SGD' }
  const rows = comparisonRows(groups, { reference, isScaled: false })
  const of = (quantity: string, method: string) =>
    rows.find((row) => row.quantity === quantity && row.values['method'] === method)

  test('have the mean over seeds, the published number and the difference', () => {
    expect(of('testAccuracy', 'SGD')).toMatchObject({ ours: { mean: 71, n: 2 }, published: 80, difference: -9, source })
    expect(of('testAccuracy', 'adaptive+Layca')).toMatchObject({ published: null, difference: null, ranks: null })
    expect(of('testAccuracy', 'none')).toMatchObject({ ours: null, published: 50, difference: null, ranks: null })
  })

  test('have ranks among the rows with both numbers', () => {
    const found = ['SGD', 'SGD+L2', 'adaptive'].map((method) => of('testAccuracy', method)?.ranks)
    expect(found).toEqual([
      { ours: 3, published: 3, of: 3 },
      { ours: 1, published: 1, of: 3 },
      { ours: 2, published: 2, of: 3 },
    ])
  })

  test('have effects against the reference, seed by seed, and tell whether their sign is the published one', () => {
    expect(of('effect', 'SGD')).toBeUndefined()
    expect(of('effect', 'SGD+L2')).toMatchObject({
      ours: { mean: -1.5, deviation: Math.SQRT1_2, n: 2 },
      published: 8,
      difference: -9.5,
      source: { error: 0.02 },
      sameSign: false,
    })
    expect(of('effect', 'adaptive')).toMatchObject({ ours: { mean: 5, n: 1 }, published: 5, sameSign: true })
    expect(of('effect', 'adaptive+Layca')).toMatchObject({ ours: { mean: 20 }, published: null, sameSign: null })
    expect(of('effect', 'none')).toMatchObject({ ours: null, published: -30, sameSign: null })
    expect(comparisonRows(groups, { isScaled: false }).filter(({ quantity }) => quantity === 'effect')).toEqual([])
  })

  test('have no difference for trainings of another size', () => {
    const scaled = comparisonRows(groups, { reference, isScaled: true })
    expect(scaled.map(({ difference }) => difference)).toEqual(rows.map(() => null))
    expect(scaled.map((row) => row.ranks)).toEqual(rows.map((row) => row.ranks))
  })

  test('take the nearest bound of a range', () => {
    const differences = [0.8, 0.98, 1.25].map((value) => {
      const quantity = { key: 'last', title: 'last', digits: 2, published: [0.97, 1] as const, source }
      const measured = new Map([[1, new Map([['last', value]])]])
      const [row] = comparisonRows([{ values: { task: 't' }, quantities: [quantity], measured }], { isScaled: false })
      return row?.difference
    })
    expect(differences).toEqual([expect.closeTo(-0.17), 0, expect.closeTo(0.25)])
  })
})

test('a folder is compared by the runs in it that have finished, and keeps the rows', async () => {
  const folder = join(temporaryFolder(), 'paper-mnist-rates')
  const points = await keepLedger(paperStudy(mnist, { scale: 'full', seeds: [1, 2] }).first, folder)
  const trained = join(temporaryFolder(), 'run')
  const run = await train(smallExperiment, { folder: trained })
  const chosen = points.filter(({ values }) => values['rate'] === 3 ** -3)
  expect(chosen).toHaveLength(2)
  await lendRun(folder, chosen, trained)

  const comparison = await comparePaper(mnist, 'full', folder)
  expect(JSON.parse(readFileSync(join(folder, 'comparison.json'), 'utf8'))).toEqual(comparison)
  expect(comparison).toMatchObject({ experiment: 'mnist-rates', scale: 'full', reference: { rate: 3 ** -3 } })
  const of = (quantity: string, rate: number) =>
    comparison.rows.find((row) => row.quantity === quantity && row.values['rate'] === rate)
  const { testAccuracy, trainAccuracy } = (await openRun(trained)).metrics.at(-1)!
  expect(of('testAccuracy', 3 ** -3)).toMatchObject({
    ours: { mean: expect.closeTo(100 * testAccuracy!) as unknown, deviation: 0, n: 2 },
    published: 96.54,
    difference: expect.closeTo(100 * testAccuracy! - 96.54) as unknown,
  })
  expect(of('trainAccuracy', 3 ** -3)?.ours?.mean).toBeCloseTo(100 * trainAccuracy)
  expect(of('meanRotation', 3 ** -3)?.ours?.mean).toBeCloseTo(run.rotation.mean().at(-1)!)
  // The run is too short for the published moment.
  expect(of('rotation.dense0', 3 ** -3)).toMatchObject({ ours: null, published: 0.302, difference: null })
  expect(of('testAccuracy', 3 ** -2)).toMatchObject({ ours: null, published: 96.75, difference: null })
  expect(comparison.rows.filter(({ quantity }) => quantity === 'testAccuracy')).toHaveLength(7)

  // A damaged run is left out.
  writeFileSync(join(runFolder(folder, chosen[0]!), 'metrics.csv'), 'nonsense')
  writeFileSync(join(runFolder(folder, chosen[1]!), 'layers.csv'), 'nonsense')
  const { rows } = await comparePaper(mnist, 'full', folder)
  const accuracy = rows.find(({ quantity, values }) => quantity === 'testAccuracy' && values['rate'] === 3 ** -3)
  expect(accuracy?.ours).toMatchObject({ n: 1 })
})
