import { describe, expect, test } from 'vitest'
import { drawnRotation } from '../../../src/figure/paper/drawn-rotation.js'
import type { PublishedCurves } from '../../../src/figure/paper/paper-view.js'
import { rotationAsDrawn } from '../../../src/figure/paper/rotation-as-drawn.js'
import { renderFigure } from '../../../src/figure/render.js'
import { panels, readPlot, size, texts } from '../plot.js'
import { dataOf, trainedRuns, viewOf } from './paper-view.js'

const runs = trainedRuns()

/** The rotation of the first layer after each of some steps, the mean over the runs; 0 before any step. */
async function meanAfter(...steps: number[]) {
  const tables = await Promise.all(runs.map((run) => run.steps(['rotation'])))
  return steps.map((step) => {
    const rotations = tables.map((table) => (step === 0 ? 0 : table.layer('dense0')[step - 1]!))
    return expect.closeTo((rotations[0]! + rotations[1]!) / 2, 10) as unknown
  })
}

describe('the rotation at the authors’ moments', () => {
  test('is shifted by one record: 0, then the state after the first update of each epoch', async () => {
    const table = await drawnRotation(runs, 'shifted', 80)
    expect(table!.epochs).toEqual([0, 1, 2, 3])
    expect(table!.layer('dense0')).toEqual(await meanAfter(0, 1, 11, 21))
  })

  test('is not shifted where nothing was prepended', async () => {
    const table = await drawnRotation(runs, 'recorded', 80)
    expect(table!.epochs).toEqual([0, 1, 2])
    expect(table!.layer('dense0')).toEqual(await meanAfter(1, 11, 21))
  })

  test('is that of every update', async () => {
    const table = await drawnRotation(runs, 'updates', Infinity)
    expect(table!.epochs).toEqual(Array.from({ length: 31 }, (_, x) => x))
    expect(table!.layer('dense0').slice(0, 4)).toEqual(await meanAfter(0, 1, 2, 3))
  })

  test('ends at the cut of the axis', async () => {
    expect((await drawnRotation(runs, 'shifted', 2))!.epochs).toEqual([0, 1, 2])
    expect((await drawnRotation(runs, 'recorded', 1))!.epochs).toEqual([0, 1])
    expect(await drawnRotation([], 'shifted', 80)).toBeUndefined()
  })
})

describe('the figure', () => {
  const summary = { moments: 'shifted', cut: 80 } as const
  const rotation = { first: 0.1, last: 0.2, others: [0.3, 0.4], after: { epochs: 1, updates: 1 } } as const
  const training = (alpha: number, published: PublishedCurves = {}, own = runs) => ({
    values: { task: 'C10-CNN1', alpha, rho: 3 ** -3 },
    runs: own,
    published,
  })

  test('has a panel for each training with a finished run, and the published rotations where they were measured', async () => {
    const view = viewOf([training(0, { rotation }), training(0.6), training(-0.6, {}, [])], { reference: { alpha: 0 } })
    const source = await rotationAsDrawn(view, summary)
    // After one epoch and one update stands x = 2.
    const marks = dataOf(source!.spec, 0).slice(1)
    const others = { epoch: 2, low: 0.3, high: 0.4, depth: null }
    expect(marks[0]).toEqual([others])
    expect(marks.at(-1)).toEqual([
      { epoch: 2, low: 0.1, high: 0.1, depth: 0 },
      { epoch: 2, low: 0.2, high: 0.2, depth: 1 },
    ])
    expect(dataOf(source!.spec, 1)).toHaveLength(1)
    const { svg } = await renderFigure(source!)
    const drawn = panels(svg)
    expect(drawn).toHaveLength(2)
    expect(texts(svg)).toEqual(expect.arrayContaining(['α 0', 'α 0.6', 'epoch']))
    const plot = readPlot(drawn[0]!)
    expect(plot.points.map(({ at }) => at)).toEqual([
      [expect.closeTo(2, 2), expect.closeTo(0.1, 2)],
      [expect.closeTo(2, 2), expect.closeTo(0.2, 2)],
    ])
    expect(plot.lines[0]!.points).toHaveLength(4)
    expect(plot.yTicks).toEqual(['0.0', '0.2', '0.4', '0.6', '0.8', '1.0'])
    expect(size(svg)[0]).toBeLessThanOrEqual(700)
    expect(source!.caption).toContain('x = k is the state after k − 1 epochs and one update')
  })

  test('draws a bound as a bar, leaves out an unknown layer and what lies beyond the runs', async () => {
    const bounds = { ...rotation, first: null, last: [0.97, 1] } as const
    const late = { ...rotation, after: { epochs: 78, updates: 1 } }
    const source = await rotationAsDrawn(
      viewOf([training(0, { rotation: bounds }), training(1, { rotation: late })]),
      summary,
    )
    expect(dataOf(source!.spec, 0).at(-1)).toEqual([{ epoch: 2, low: 0.97, high: 1, depth: 1 }])
    expect(dataOf(source!.spec, 1)).toHaveLength(1)
    expect(source!.caption).toContain('a coloured one where only bounds of the last layer are known')
    await renderFigure(source!)
  })

  test('has the points of one layer, not shifted on MNIST, and the last one of a single epoch', async () => {
    const points = [
      { epoch: 1.2, rotation: 0.012 },
      { epoch: 2.2, rotation: 0.022 },
      { epoch: 98.2, rotation: 0.9 },
    ]
    const curve = { rotationCurve: { layer: 'dense0', points } }
    const recorded = await rotationAsDrawn(viewOf([training(0, curve)]), { moments: 'recorded', cut: 100 })
    expect(dataOf(recorded!.spec).at(-1)).toEqual([
      { epoch: 1, low: 0.012, high: 0.012, depth: 0 },
      { epoch: 2, low: 0.022, high: 0.022, depth: 0 },
    ])
    const after = { ...rotation, after: { epochs: 1, updates: 0 } }
    const updates = await rotationAsDrawn(viewOf([training(0, { rotation: after })]), {
      moments: 'updates',
      cut: Infinity,
    })
    expect(dataOf(updates!.spec)[1]).toEqual([{ epoch: 30, low: 0.3, high: 0.4, depth: null }])
    expect(texts((await renderFigure(updates!)).svg)).toContain('update')
  })

  test('of more than 30 trainings has those of the authors’ figure', async () => {
    const many = Array.from({ length: 31 }, (_, i) => training(i / 100, i < 5 ? { difference: { value: 1 } } : {}))
    const source = await rotationAsDrawn(viewOf(many), summary)
    expect((source!.spec as { concat: unknown[] }).concat).toHaveLength(5)
    expect(source!.caption).toContain('Drawn are the 5 trainings of the authors’ figure, of 31.')
  })

  test('is not there without a finished run', async () => {
    expect(await rotationAsDrawn(viewOf([training(0, { rotation }, [])]), summary)).toBeUndefined()
  })
})
