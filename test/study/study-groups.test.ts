import { describe, expect, test } from 'vitest'
import { openStudy } from '../../src/study/open-study.js'
import { selectByValidation } from '../../src/study/selection.js'
import { studyGroups } from '../../src/study/study-groups.js'
import { recordedStudy } from './recorded-study.js'
import { smallBase } from './small-base.js'

/** A number that is this one but for rounding. */
const close = (value: number) => expect.closeTo(value) as number

describe('groups', () => {
  test('hold the points that differ by their seed only, with mean, deviation and number of the finished ones', async () => {
    const folder = await recordedStudy(
      { name: 'groups', base: smallBase, axes: { seed: [1, 2, 3], 'learningRate.initial': [0.1, 0.01] } },
      ({ values: { seed, 'learningRate.initial': rate } }) =>
        seed === 3 && rate === 0.01
          ? { status: { status: 'interrupted' }, epochs: 2 }
          : { testAccuracy: 0.5 + Number(seed) / 10, rotation: Number(rate) },
    )
    const groups = studyGroups(await openStudy(folder))
    expect(groups.map(({ values, rows }) => [values, rows.length])).toEqual([
      [{ 'learningRate.initial': 0.01 }, 3],
      [{ 'learningRate.initial': 0.1 }, 3],
    ])
    const [slow, fast] = groups.map(({ summaries }) => summaries)
    expect(fast!.testAccuracy).toEqual({ mean: close(0.7), deviation: close(0.1), n: 3 })
    expect(slow!.testAccuracy).toEqual({ mean: close(0.65), deviation: close(0.0707107), n: 2 })
    expect(fast!.firstRotation).toEqual({ mean: close(0.1), deviation: close(0), n: 3 })
  })

  test('of a study without seeds are its points', async () => {
    const folder = await recordedStudy(
      { name: 'groups', base: smallBase, axes: { batchSize: [30, 10] } },
      (_, i) => [{ testAccuracy: 0.5 }][i],
    )
    expect(
      studyGroups(await openStudy(folder)).map(({ values, summaries }) => [values, summaries.testAccuracy]),
    ).toEqual([
      [{ batchSize: 10 }, null],
      [{ batchSize: 30 }, { mean: 0.5, deviation: null, n: 1 }],
    ])
  })

  test('follow the values of the points, whatever the axes are called and whether a point has them', async () => {
    const folder = await recordedStudy(
      {
        name: 'groups',
        base: ({ seed, constructor: width }) => ({
          ...smallBase,
          seed: Number(seed),
          batchSize: typeof width === 'number' ? width : 30,
        }),
        points: [
          { constructor: 10, seed: 1 },
          { constructor: 10, seed: 2 },
          { seed: 3, toString: 'b' },
        ],
      },
      () => ({}),
    )
    expect(studyGroups(await openStudy(folder)).map(({ values, rows }) => [values, rows.length])).toEqual([
      [{ constructor: 10, toString: null }, 2],
      [{ constructor: null, toString: 'b' }, 1],
    ])
  })
})

describe('the selection by validation accuracy', () => {
  const axes = { 'learningRate.initial': [0.1, 0.01, 0.001], batchSize: [10, 30], seed: [1, 2] }

  test('takes the mean of the best epochs, and the test accuracies after them', async () => {
    const folder = await recordedStudy(
      { name: 'selection', base: smallBase, axes },
      ({ values: { 'learningRate.initial': rate, batchSize, seed } }) =>
        // Of batches of 30 the largest rate is not finished, and one run peaks after its second epoch.
        batchSize === 30 && rate === 0.1
          ? undefined
          : {
              testAccuracy: 0.8,
              valAccuracy: (epoch) =>
                rate === 0.01 && seed === 1 && epoch === 2 ? 0.9 : rate === 0.01 ? 0.5 : batchSize === 10 ? 0.65 : 0.8,
            },
    )
    const found = selectByValidation(await openStudy(folder)).map(({ axis, others, value, of, group }) => [
      axis,
      Object.values(others),
      value,
      of,
      group.summaries.bestValAccuracy!.mean,
      group.summaries.bestTestAccuracy!.mean,
    ])
    expect(found).toEqual([
      // 0.9 after epoch 2 of 4 and 0.5 after epoch 1: test accuracies of 0.4 and 0.2.
      ['learningRate.initial', [10], 0.01, 3, close(0.7), close(0.3)],
      ['learningRate.initial', [30], 0.001, 2, close(0.8), close(0.2)],
      ['batchSize', [0.001], 30, 2, close(0.8), close(0.2)],
      ['batchSize', [0.01], 10, 2, close(0.7), close(0.3)],
      ['batchSize', [0.1], 10, 1, close(0.65), close(0.2)],
    ])
  })

  test('needs a validation split', async () => {
    const base = { ...smallBase, validation: null }
    const folder = await recordedStudy({ name: 'selection', base, axes }, () => ({}))
    expect(selectByValidation(await openStudy(folder))).toEqual([])
  })
})
