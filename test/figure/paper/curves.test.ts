import { describe, expect, test } from 'vitest'
import { lossByEpoch } from '../../../src/figure/paper/loss-by-epoch.js'
import type { PublishedCurves } from '../../../src/figure/paper/paper-view.js'
import { trainAccuracyByEpoch } from '../../../src/figure/paper/train-accuracy-by-epoch.js'
import { renderFigure } from '../../../src/figure/render.js'
import type { TrainedRun } from '../../../src/run/open-run.js'
import { panels, readPlot, size, texts } from '../plot.js'
import { dataOf, trainedRuns, viewOf } from './paper-view.js'

const runs = trainedRuns()

const training = (
  values: Record<string, string | number>,
  published: PublishedCurves = {},
  own: readonly TrainedRun[] = runs,
) => ({ values: { task: 'C10-CNN1', ...values }, runs: own, published })

/** The mean over the runs after some epochs. */
const meanOf = (key: 'trainLoss' | 'trainAccuracy', scale = 1) =>
  [0, 1, 2].map(
    (row) => expect.closeTo((scale * (runs[0]!.metrics[row]![key] + runs[1]!.metrics[row]![key])) / 2, 3) as unknown,
  )

describe('the training loss', () => {
  const losses = [
    { epoch: 1, loss: 2 },
    { epoch: 2, loss: 0.5 },
    { epoch: 3, loss: 0 },
  ]

  test('has ours by epochs done and the published curve on a logarithmic axis, in a panel for each training', async () => {
    const view = viewOf([
      training({ alpha: 0, rho: 3 ** -3 }, { losses }),
      training({ alpha: 0.6, rho: 3 ** -3 }, { losses }),
      training({ alpha: 0.8, rho: 3 ** -3 }),
      training({ alpha: 0.4, rho: 3 ** -3 }, { losses }, []),
    ])
    const [source, ...others] = lossByEpoch(view)
    expect(others).toEqual([])
    const [published, ours] = dataOf(source!.spec) as { epoch: number; loss: number }[][]
    // A loss of 0 has no place.
    expect(published!.map(({ epoch, loss }) => [epoch, loss])).toEqual([
      [1, 2],
      [2, 0.5],
    ])
    expect(ours!.map(({ epoch }) => epoch)).toEqual([1, 2, 3])
    expect(ours!.map(({ loss }) => loss)).toEqual(meanOf('trainLoss'))
    const { svg } = await renderFigure(source!)
    expect(panels(svg)).toHaveLength(2)
    expect(texts(svg, 'role-legend-label')).toEqual(['ours', 'published'])
    const plot = readPlot(panels(svg)[0]!, { log: true })
    expect(plot.lines[0]!.points.at(-1)![1]).toBeCloseTo(0.5, 2)
    expect(size(svg)[0]).toBeLessThanOrEqual(680)
  })

  test('has a figure for each task', () => {
    const rows = ['C10-CNN1', 'tiny-CNN'].map((task) => training({ task, alpha: 0 }, { losses }))
    expect(lossByEpoch(viewOf(rows)).map(({ name }) => name)).toEqual([
      'paper-training-loss-c10-cnn1',
      'paper-training-loss-tiny-cnn',
    ])
  })

  test('of smaller trainings has the reference instead of the published curve', async () => {
    const view = viewOf([training({ alpha: 0 }), training({ alpha: 0.6 })], { reference: { alpha: 0 }, isScaled: true })
    const [source] = lossByEpoch(view)
    expect(dataOf(source!.spec, 0)).toHaveLength(1)
    const [reference, ours] = dataOf(source!.spec, 1) as { source: string }[][]
    expect([reference![0]!.source, ours![0]!.source]).toEqual(['reference', 'ours'])
    expect(source!.caption).toContain('are not drawn; dashed is our reference.')
    expect(texts((await renderFigure(source!)).svg, 'role-legend-label')).toEqual([])
  })

  test('has no figure without a finished run', () => {
    expect(lossByEpoch(viewOf([training({ alpha: 0 }, { losses }, [])]))).toEqual([])
  })
})

describe('the train accuracy', () => {
  const points = [0, 2, 24].map((epoch) => ({ epoch, trainAccuracy: 10 + epoch }))

  test('is by epochs counted from 0, with the published points that the runs reach', async () => {
    const view = viewOf([
      training({ method: 'SGD+L2', warmup: 0 }, { trainAccuracies: { points } }),
      training({ method: 'SGD+L2', warmup: 5 }),
    ])
    const source = trainAccuracyByEpoch(view, 25)!
    const [curves, marks] = dataOf(source.spec) as { colour: number; epoch: number; accuracy: number }[][]
    expect(curves!.slice(0, 3).map(({ epoch }) => epoch)).toEqual([0, 1, 2])
    expect(curves!.slice(0, 3).map(({ accuracy }) => accuracy)).toEqual(meanOf('trainAccuracy', 100))
    expect(curves!.slice(3).every(({ colour }) => colour === 1)).toBe(true)
    expect(marks).toEqual([
      { colour: 0, epoch: 0, accuracy: 10 },
      { colour: 0, epoch: 2, accuracy: 12 },
    ])
    const { svg } = await renderFigure(source)
    expect(readPlot(svg).points.map(({ at }) => at)).toEqual([
      [expect.closeTo(0, 2), expect.closeTo(10, 0)],
      [expect.closeTo(2, 2), expect.closeTo(12, 0)],
    ])
    expect(texts(svg, 'role-legend-label')).toEqual(['warmup 0', 'warmup 5'])
    expect(size(svg)[0]).toBeLessThanOrEqual(680)
  })

  test('ends at the cut, and is not there without a finished run', () => {
    const cut = trainAccuracyByEpoch(viewOf([training({ run: 'replay' })]), 1)!
    expect(dataOf(cut.spec)[0]).toHaveLength(2)
    expect(trainAccuracyByEpoch(viewOf([training({ run: 'replay' }, {}, [])]), 100)).toBeUndefined()
  })
})
