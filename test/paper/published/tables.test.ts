import { describe, expect, test } from 'vitest'
import { accuracyByAlpha } from '../../../src/paper/published/accuracy-by-alpha.js'
import { accuracyByRate } from '../../../src/paper/published/accuracy-by-rate.js'
import { publishedAccuracies, publishedLosses } from '../../../src/paper/published/curves.js'
import { goingFurther } from '../../../src/paper/published/going-further.js'
import { l2AndAdaptive } from '../../../src/paper/published/l2-and-adaptive.js'
import { laycaConfigurations } from '../../../src/paper/published/layca-configurations.js'
import { replays } from '../../../src/paper/published/replays.js'
import { rotations } from '../../../src/paper/published/rotations.js'
import { sgdByRate } from '../../../src/paper/published/sgd-rates.js'
import type { PublishedTable } from '../../../src/paper/published/table.js'
import { trainingLosses } from '../../../src/paper/published/training-losses.js'
import { warmupRuns } from '../../../src/paper/published/warmup.js'

/** The one row with these values. */
function row<Row extends object>({ rows }: PublishedTable<Row>, values: Partial<Row>): Row {
  const found = rows.filter((one) => Object.entries(values).every(([key, value]) => one[key as keyof Row] === value))
  expect(found, JSON.stringify(values)).toHaveLength(1)
  return found[0]!
}

const reference = { alpha: 0, rho: 1 / 27 }
const referenceOf = (task: string) =>
  laycaConfigurations.rows.find((one) => one.task === task && one.alpha === 0 && one.rho === 3 ** -3)!.testAccuracy

describe('the tables hold what was published', () => {
  test('of Layca with other speeds and rates', () => {
    expect(laycaConfigurations.rows).toHaveLength(25)
    expect(row(laycaConfigurations, { task: 'C10-CNN1', ...reference })).toMatchObject({
      testAccuracy: 88.45,
      difference: 0,
      trainAccuracy: 99.99,
    })
    expect(row(laycaConfigurations, { task: 'C100-resnet', alpha: 0.6 })).toMatchObject({
      testAccuracy: 29.63,
      difference: -30.18,
      trainAccuracy: 99.54,
    })
    expect(row(laycaConfigurations, { task: 'C100-resnet', alpha: -0.6 }).trainAccuracy).toBe(82.09)
    expect(row(laycaConfigurations, { task: 'C100-WRN', rho: 3 ** -4 })).toMatchObject({
      testAccuracy: 78.76,
      difference: -1.93,
    })
    expect(row(laycaConfigurations, { task: 'C10-CNN2', rho: 3 ** -5 }).difference).toBe(-1.85)
  })

  test('of the grids', () => {
    expect(accuracyByAlpha.rows).toHaveLength(39)
    expect(row(accuracyByAlpha, { task: 'C10-CNN1', alpha: 0.1 }).testAccuracy).toBe(88.87)
    expect(row(accuracyByAlpha, { task: 'tiny-CNN', alpha: -0.3 }).testAccuracy).toBe(41.24)
    expect(accuracyByAlpha.rows.filter(({ testAccuracy }) => testAccuracy === null)).toEqual([
      { task: 'C100-resnet', alpha: -0.8, testAccuracy: null },
      { task: 'C100-resnet', alpha: -0.6, testAccuracy: null },
      { task: 'tiny-CNN', alpha: -0.8, testAccuracy: null },
    ])
    expect(accuracyByRate.rows).toHaveLength(24)
    expect(row(accuracyByRate, { task: 'C10-CNN1', rho: 3 ** -7 }).testAccuracy).toBe(57.11)
    expect(row(accuracyByRate, { task: 'C100-resnet', rho: 1 / 9 }).testAccuracy).toBe(1)
    expect(row(accuracyByRate, { task: 'tiny-CNN', rho: 1 }).testAccuracy).toBe(0.56)
  })

  test('of the training losses', () => {
    const { losses, last } = row(trainingLosses, { task: 'C100-resnet', alpha: -0.6 })
    expect(losses).toEqual([
      { epoch: 1, loss: 4.7728 },
      { epoch: 10, loss: 3.2608 },
      { epoch: 40, loss: 1.7914 },
      { epoch: 70, loss: 1.2195 },
      { epoch: 80, loss: 0.844 },
    ])
    expect(last).toEqual({ epoch: 100, loss: 0.7504 })
    expect(row(trainingLosses, { task: 'C10-CNN1', alpha: 0.4 }).last).toEqual({ epoch: 91, loss: [0, 1e-4] })
  })

  test('of SGD at several rates', () => {
    expect(sgdByRate.rows).toHaveLength(26)
    expect(sgdByRate.rows.filter(({ isBest }) => isBest)).toMatchObject([
      { task: 'C10-CNN1', rate: 1 / 3, difference: -8.77 },
      { task: 'C100-resnet', rate: 1 / 3, difference: -14.28 },
      { task: 'tiny-CNN', rate: 1 / 3, difference: -8.63 },
      { task: 'C10-CNN2', rate: 1 / 3, difference: -1.7 },
      { task: 'C100-WRN', rate: 1 / 9, difference: -3.95 },
    ])
    expect(row(sgdByRate, { task: 'C100-WRN', rate: 1 })).toMatchObject({ testAccuracy: 50.88, trainAccuracy: 57.4 })
    expect(row(sgdByRate, { task: 'C100-resnet', rate: 3 })).toMatchObject({ testAccuracy: null, trainAccuracy: null })
  })

  test('of L2 and adaptive methods', () => {
    expect(l2AndAdaptive.rows).toHaveLength(20)
    expect(row(l2AndAdaptive, { task: 'C100-resnet', method: 'SGD+L2' })).toMatchObject({
      testAccuracy: 60.11,
      difference: 0.3,
    })
    expect(row(l2AndAdaptive, { task: 'tiny-CNN', method: 'adaptive' })).toMatchObject({
      testAccuracy: 37.72,
      difference: -13.17,
    })
    expect(row(l2AndAdaptive, { task: 'C10-CNN2', method: 'adaptive+Layca' }).testAccuracy).toBe(93.47)
  })

  test('of the warmup', () => {
    expect(warmupRuns.rows.map(({ testAccuracy }) => testAccuracy)).toEqual([83.58, 92.43, 92.09, 92.3, 92.09])
    expect(warmupRuns.rows.map(({ trainAccuracy }) => trainAccuracy)).toEqual([96.67, 99.76, 99.85, 99.68, 99.85])
    expect(row(warmupRuns, { warmup: 10 }).dip).toEqual({ epoch: 9, trainAccuracy: 26 })
    expect(row(warmupRuns, { warmup: 5 }).curve[1]).toEqual({ epoch: 5, trainAccuracy: 58 })
  })

  test('of rotation', () => {
    expect(rotations.rows).toHaveLength(40)
    expect(row(rotations, { task: 'C10-CNN1', run: 'Layca 3^-3' })).toMatchObject({
      first: 0.84,
      last: 0.69,
      others: [0.97, 0.99],
    })
    expect(row(rotations, { task: 'C10-CNN2', run: 'adaptive+Layca' }).last).toEqual([0.97, 1])
    expect(rotations.rows.filter(({ first }) => first === null).map(({ task, run }) => `${task} ${run}`)).toEqual([
      'C10-CNN1 SGD 3^0',
      'C100-resnet Layca 3^-5',
      'C100-resnet SGD best rate',
      'C100-resnet SGD 3^0',
      'C10-CNN2 Layca 3^-5',
      'C100-WRN Layca 3^-4',
    ])
    expect(goingFurther.rows.map(({ last }) => last)).toEqual([0.52, 0.39, 0.21, 0.47, 0.81])
    expect(row(goingFurther, { task: 'C100-resnet' })).toMatchObject({ first: null, standsStillAfter: 142 })
  })

  test('of replays', () => {
    expect(replays.rows).toHaveLength(10)
    expect(row(replays, { task: 'C10-CNN1', epoch: 60 })).toMatchObject({ adaptive: 99, replay: 98.5, sgd: 86 })
    expect(row(replays, { task: 'C100-WRN', epoch: 100 })).toMatchObject({ adaptive: 93, replay: 92, sgd: 83 })
  })

  test('with the source of every number', () => {
    const kinds = { figureText: 0.01, output: 0.05, figureVector: 2e-5, figurePixels: 1 }
    for (const { title, sources } of [laycaConfigurations, sgdByRate, l2AndAdaptive, rotations, warmupRuns]) {
      expect(Object.keys(sources).length, title).toBeGreaterThan(0)
      for (const { kind, error } of Object.values(sources)) expect(error).toBeLessThanOrEqual(kinds[kind])
    }
    expect(rotations.sources.first).toEqual({ kind: 'figurePixels', error: 0.01 })
    expect(accuracyByAlpha.sources.testAccuracy).toEqual({ kind: 'figureVector', error: 0 })
  })
})

describe('the tables agree', () => {
  test('an accuracy is that of the reference and the difference', () => {
    const rows = [...laycaConfigurations.rows, ...sgdByRate.rows, ...l2AndAdaptive.rows]
    expect(rows).toHaveLength(71)
    for (const { task, testAccuracy, difference } of rows) {
      if (testAccuracy === null || difference === null) continue
      expect(Math.abs(referenceOf(task) + difference - testAccuracy), `${task} ${difference}`).toBeLessThan(0.0101)
    }
  })

  test('the best rate of SGD is the SGD that L2 is compared with, and no rate is better', () => {
    for (const { task, difference } of sgdByRate.rows.filter(({ isBest }) => isBest)) {
      expect(row(l2AndAdaptive, { task, method: 'SGD' }).difference).toBe(difference)
      const all = sgdByRate.rows.filter((one) => one.task === task).map((one) => one.difference ?? -Infinity)
      expect(Math.max(...all)).toBe(difference)
    }
  })

  test('the grids hold the five configurations', () => {
    for (const { task, alpha, rho, testAccuracy } of laycaConfigurations.rows) {
      const byAlpha = accuracyByAlpha.rows.find((one) => one.task === task && one.alpha === alpha && rho === 3 ** -3)
      const byRate = accuracyByRate.rows.find((one) => one.task === task && one.rho === rho && alpha === 0)
      if (byAlpha) expect(byAlpha.testAccuracy ?? 44.26).toBe(testAccuracy)
      if (byRate) expect(byRate.testAccuracy).toBe(testAccuracy)
      expect(byAlpha !== undefined || byRate !== undefined).toBe(task !== 'C10-CNN2' && task !== 'C100-WRN')
    }
  })

  test('the points of the file are those of the grids', async () => {
    const points = await publishedAccuracies()
    const key = (task: string, alpha: number, rho: number, testAccuracy: number) =>
      [task, alpha, rho, testAccuracy].join(' ')
    const ofFile = points.map(({ task, alpha, rho, testAccuracy }) => key(task, alpha, rho, testAccuracy))
    const ofTables = [
      ...accuracyByAlpha.rows.flatMap(({ task, alpha, testAccuracy }) =>
        testAccuracy === null ? [] : [key(task, alpha, 3 ** -3, testAccuracy)],
      ),
      ...accuracyByRate.rows.map(({ task, rho, testAccuracy }) => key(task, 0, rho, testAccuracy)),
    ]
    expect(ofFile).toHaveLength(57)
    expect(new Set(ofFile)).toEqual(new Set(ofTables))
  })

  test('the curves of the file go through the losses of the table', async () => {
    const curves = await publishedLosses()
    for (const { task, alpha, rho, losses, last } of trainingLosses.rows) {
      const points = curves.find((one) => one.task === task && one.alpha === alpha && one.rho === rho)!.points
      for (const { epoch, loss } of losses) expect(Math.abs(points[epoch - 1]!.loss - loss)).toBeLessThanOrEqual(7e-5)
      expect(points).toHaveLength(last.epoch)
      const end = points.at(-1)!.loss
      if (typeof last.loss === 'number') expect(Math.abs(end - last.loss)).toBeLessThanOrEqual(7e-5)
      else expect(end).toBeLessThan(last.loss[1])
    }
  })
})
