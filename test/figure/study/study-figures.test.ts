import { describe, expect, test } from 'vitest'
import type { Figure, FigureSource } from '../../../src/figure/figure.js'
import { renderFigure } from '../../../src/figure/render.js'
import { accuracyByAxis } from '../../../src/figure/study/accuracy-by-axis.js'
import { accuracyByRotation } from '../../../src/figure/study/accuracy-by-rotation.js'
import { heatMap } from '../../../src/figure/study/heat-map.js'
import { rotationByGroup } from '../../../src/figure/study/rotation-by-group.js'
import { accuracyCurves, rotationCurves } from '../../../src/figure/study/study-curves.js'
import { studyView, type StudyView } from '../../../src/figure/study/study-view.js'
import { layca } from '../../../src/optimizer/controls/layca.js'
import { sgd } from '../../../src/optimizer/rules/sgd.js'
import { l2 } from '../../../src/regularization/l2.js'
import { openStudy } from '../../../src/study/open-study.js'
import type { StudyInput } from '../../../src/study/study.js'
import { recordedStudy, type Outcome } from '../../study/recorded-study.js'
import { smallBase } from '../../study/small-base.js'
import { panels, readPlot, size, texts } from '../plot.js'

type Values = Record<string, unknown>

/** The view of a study whose runs went as `outcomeOf` says. */
async function view(
  study: Omit<StudyInput, 'name' | 'base'> & { base?: StudyInput['base'] },
  outcomeOf: (values: Values, index: number) => Outcome | undefined = () => ({}),
  x?: string,
): Promise<StudyView> {
  const folder = await recordedStudy({ name: 'figures', base: smallBase, ...study }, ({ values }, i) =>
    outcomeOf(values, i),
  )
  return studyView(await openStudy(folder), x)
}

const drawn = (source: FigureSource | undefined): Promise<Figure> => renderFigure(source!)

/** The largest coordinates of a figure's texts must lie within it: a legend that is too wide would widen the figure. */
function expectToFit({ svg }: Figure): void {
  expect(size(svg)[0]).toBeLessThanOrEqual(680)
}

/** A number that is this one but for rounding, or to some decimals. */
const close = (value: number, decimals?: number) => expect.closeTo(value, decimals) as number

const rates = [0.1, 1 / 3 ** 3, 1 / 3 ** 4]

describe('test accuracy over rotation', () => {
  test('has a point for each finished run, and the rank correlation of all', async () => {
    const accuracies = [0.6, 0.7, 0.8, 0.9, 0.85]
    const rotations = [0.1, 0.2, 0.2, 0.5, 0.7]
    const study = await view({ axes: { 'learningRate.initial': rates, seed: [1, 2] } }, (_, i) =>
      i === 5 ? { status: { status: 'failed' } } : { testAccuracy: accuracies[i]!, rotation: rotations[i]! },
    )
    const figure = await drawn(accuracyByRotation(study))
    const { points } = readPlot(figure.svg)
    const expected = accuracies.map((accuracy, i) => [
      close((rotations[i]! + rotations[i]! / 1.5) / 2, 2),
      close(100 * accuracy, 1),
    ])
    expect(points.map(({ at }) => at).sort(([a], [b]) => a - b)).toEqual(expected)
    // Ranks 1, 2.5, 2.5, 4, 5 and 1, 2, 3, 5, 4: 8.5 / √(9.5 · 10).
    expect(texts(figure.svg)).toContain('Spearman’s rank correlation 0.87, n = 5')
    expect(texts(figure.svg, 'role-legend-label')).toEqual(['0.1', '3⁻³', '3⁻⁴'])
    expect(figure.caption).toContain('Drawn are the 5 finished runs of 6.')
    // One colour for each rate, not for each run.
    expect(new Set(points.map(({ colour }) => colour)).size).toBeLessThanOrEqual(3)
  })

  test('shows a second axis by shapes and others by panels', async () => {
    const optimizer = [sgd(), layca(sgd())] as never
    const regularization = [null, l2(1e-3)] as never
    const axes = { 'learningRate.initial': rates, optimizer, regularization }
    const figure = await drawn(
      accuracyByRotation(
        await view({ axes }, (_, i) => ({ rotation: 0.1 + i / 20, testAccuracy: i % 2 === 0 ? 0.5 : 0.5 + i / 100 })),
      ),
    )
    expect(texts(figure.svg, 'role-legend-title')).toEqual(['learning rate', 'optimizer'])
    expect(texts(figure.svg, 'role-legend-label').slice(3)).toEqual(['SGD', 'Layca'])
    expect(panels(figure.svg)).toHaveLength(2)
    expect(texts(figure.svg)).toEqual(expect.arrayContaining(['regularization none (–, n = 6)', 'l2 (1.00, n = 6)']))
    expect(figure.caption).toContain('Panels by regularization.')
    expectToFit(figure)
  })

  test('is not drawn without finished runs', async () => {
    const study = await view({ axes: { seed: [1, 2] } }, () => undefined)
    expect(accuracyByRotation(study)).toBeUndefined()
    expect(accuracyCurves(study)).toBeUndefined()
    expect(await rotationByGroup(study)).toBeUndefined()
  })
})

describe('accuracy over an axis', () => {
  test('has means with a deviation to both sides, over powers on a logarithmic axis', async () => {
    const axes = { 'learningRate.initial': [0.1, 0.01, 0.001], seed: [1, 2, 3] }
    const study = await view({ axes }, ({ 'learningRate.initial': rate, seed }) => ({
      testAccuracy: 0.9 + Math.log10(Number(rate)) / 10 + Number(seed) / 100,
    }))
    const source = accuracyByAxis(study)!
    const [panel] = (source.spec as { concat: { layer: { data: { values: object[] } }[] }[] }).concat
    expect(panel!.layer[0]!.data.values).toEqual([
      { x: 0.001, accuracy: 62, low: 61, high: 63, n: 3 },
      { x: 0.01, accuracy: 72, low: 71, high: 73, n: 3 },
      { x: 0.1, accuracy: 82, low: 81, high: 83, n: 3 },
    ])
    const { svg } = await drawn(source)
    const [, path = ''] = /mark-line role-mark[^]*? d="([^"]*)"/.exec(svg) ?? []
    const [left = NaN, middle = NaN, right = NaN] = path.split(/[ML]/).slice(1).map(parseFloat)
    expect(middle - left).toBeCloseTo(right - middle, 1)
    expect(texts(svg, 'role-axis-label')).toEqual(expect.arrayContaining(['0.001', '0.01', '0.1']))
  })

  test('draws a line for each value of a second axis, and takes any axis as x', async () => {
    const axes = { batchSize: [10, 20, 30], 'learningRate.initial': rates.slice(0, 2), seed: [1, 2] }
    const of = async (x?: string) => {
      const { svg } = await drawn(accuracyByAxis(await view({ axes }, undefined, x)))
      const plot = readPlot(svg)
      return [texts(svg, 'role-axis-title')[0], texts(svg, 'role-legend-title')[0] ?? '', plot.lines.length]
    }
    expect(await of()).toEqual(['batch size', 'learning rate', 2])
    expect(await of('learningRate.initial')).toEqual(['learning rate', 'batch size', 3])
    // Between two seeds there is nothing.
    expect((await of('seed')).slice(0, 1)).toEqual(['seed'])
    expect((await of('seed'))[2]).toBe(0)
  })

  test('gives names places side by side, without lines', async () => {
    const optimizer = [sgd(), layca(sgd()), sgd({ momentum: 0.9 })] as never
    const figure = await drawn(accuracyByAxis(await view({ axes: { optimizer, seed: [1, 2] } })))
    expect(texts(figure.svg, 'role-axis-label').slice(0, 3)).toEqual(['SGD', 'Layca', 'SGD (momentum 0.9)'])
    expect(figure.svg).not.toContain('mark-line')
  })

  test('gives powers with 0 among them places, and other numbers a linear axis', async () => {
    const positions = async (values: number[]) => {
      const base = { ...smallBase, regularization: l2(1) }
      const source = accuracyByAxis(await view({ base, axes: { 'regularization.factor': values } }))!
      const [panel] = (source.spec as { concat: { layer: { data: { values: { x: number }[] } }[] }[] }).concat
      return panel!.layer[0]!.data.values.map(({ x }) => x)
    }
    expect(await positions([0, 1e-4, 1e-2])).toEqual([0, 1, 2])
    expect(await positions([0, 0.5, 0.7])).toEqual([0, 0.5, 0.7])
    expect(await positions([1e-4, 1e-2])).toEqual([1e-4, 1e-2])
  })
})

describe('curves', () => {
  test('are means with bands over the finished runs of each group', async () => {
    const axes = { 'learningRate.initial': rates.slice(0, 2), seed: [1, 2] }
    const study = await view({ axes }, ({ seed }) => ({ rotation: seed === 1 ? 0.4 : 0.6, testAccuracy: 0.8 }))
    const source = rotationCurves(study)!
    const [panel] = (source.spec as { concat: { layer: { data: { values: object[] } }[] }[] }).concat
    const values = panel!.layer[0]!.data.values
    expect(values).toHaveLength(10)
    const half = (0.1 / 2) * (1 + 1 / 1.5) * Math.SQRT2
    const mean = (0.5 / 2) * (1 + 1 / 1.5)
    expect(values[4]).toEqual({
      colour: 0,
      epoch: 4,
      mean: close(mean),
      low: close(mean - half),
      high: close(mean + half),
      n: 2,
    })
    const { svg } = await drawn(source)
    expect(svg.match(/mark-area role-mark/g)).toHaveLength(2)
    expect(readPlot(svg).lines).toHaveLength(2)
  })

  test('go on with the runs that have reached an epoch', async () => {
    const study = await view({ axes: { seed: [1, 2] } }, ({ seed }) => ({
      epochs: seed === 1 ? 2 : 4,
      testAccuracy: 0.8,
    }))
    const [panel] = (accuracyCurves(study)!.spec as { concat: { layer: { data: { values: object[] } }[] }[] }).concat
    expect(panel!.layer[0]!.data.values).toEqual([
      {
        colour: 0,
        epoch: 1,
        mean: 30,
        low: close(15.857864),
        high: close(44.142136),
        n: 2,
      },
      {
        colour: 0,
        epoch: 2,
        mean: 60,
        low: close(31.715729),
        high: close(88.284271),
        n: 2,
      },
      { colour: 0, epoch: 3, mean: 60, low: 60, high: 60, n: 1 },
      { colour: 0, epoch: 4, mean: 80, low: 80, high: 80, n: 1 },
    ])
  })
})

describe('rotation by layer', () => {
  test('has a panel for each group with the mean of its runs', async () => {
    const axes = { 'learningRate.initial': rates.slice(0, 2), seed: [1, 2] }
    const study = await view({ axes }, ({ seed }) => ({ rotation: seed === 1 ? 0.4 : 0.8 }))
    const { svg } = await drawn(await rotationByGroup(study))
    const all = panels(svg)
    expect(all).toHaveLength(2)
    for (const panel of all) {
      expect(readPlot(panel, { yAxis: all[0]! }).lines.map(({ points }) => points.at(-1)![1])).toEqual([
        close(0.6, 2),
        close(0.4, 2),
      ])
    }
    expect(texts(svg)).toEqual(expect.arrayContaining(['learning rate 3⁻³', 'learning rate 0.1', 'dense0', 'dense1']))
  })

  test('of more than 30 groups shows those at the ends and in the middle', async () => {
    const initial = Array.from({ length: 31 }, (_, i) => 0.001 * (i + 1))
    const study = await view({ axes: { 'learningRate.initial': initial } })
    const figure = await drawn(await rotationByGroup(study))
    expect(panels(figure.svg)).toHaveLength(3)
    expect(texts(figure.svg)).toEqual(
      expect.arrayContaining(['learning rate 0.001', 'learning rate 0.016', 'learning rate 0.031']),
    )
    expect(figure.caption).toContain('Drawn are 3 of 31: those at the ends and in the middle of learning rate.')
  })
})

describe('a study of many values', () => {
  test('has a colour bar of numbers, and curves of some', async () => {
    const initial = Array.from({ length: 40 }, (_, i) => 0.001 * (i + 1))
    const study = await view({ axes: { 'learningRate.initial': initial } }, (_, i) => ({ rotation: i / 40 }))
    for (const source of [accuracyByRotation(study), accuracyCurves(study), rotationCurves(study)]) {
      const figure = await drawn(source)
      expect(texts(figure.svg, 'role-legend-label')).toHaveLength(5)
      expectToFit(figure)
    }
    const curves = accuracyCurves(study)!
    expect(readPlot((await drawn(curves)).svg).lines).toHaveLength(24)
    expect(curves.caption).toContain('Drawn are 24 of the 40 values of learning rate, evenly spread.')
  })

  test('names at most twelve of many names, and keeps long ones within the figure', async () => {
    const names = Array.from(
      { length: 20 },
      (_, i) => `${i} is the number of a setting with a name that does not end soon`,
    )
    const study = await view(
      {
        base: ({ kind, width }) => ({ ...smallBase, seed: names.indexOf(kind as string), batchSize: Number(width) }),
        axes: { kind: names, width: [10, 20] },
      },
      (_, i) => ({ rotation: i / 40 }),
    )
    const bySetting = await drawn(accuracyByAxis(study))
    const labels = texts(bySetting.svg, 'role-legend-label')
    expect(labels).toHaveLength(12)
    expect(new Set(labels).size).toBe(12)
    expect(labels.every((label) => label.length < 40)).toBe(true)
    for (const source of [
      accuracyByRotation(study),
      accuracyCurves(study),
      heatMap(study),
      await rotationByGroup(study),
    ])
      expectToFit(await drawn(source))
  })
})

describe('a heat map', () => {
  test('has a cell for each pair of values that has finished runs, with its mean', async () => {
    const axes = { 'learningRate.initial': rates, batchSize: [10, 20], seed: [1, 2] }
    const study = await view({ axes }, (_, i) => (i < 2 ? undefined : { testAccuracy: 0.5 + i / 100 }))
    const { svg } = await drawn(heatMap(study))
    expect(svg.match(/<path[^>]*stroke="white"/g)).toHaveLength(5)
    const cells = texts(svg, 'role-mark')
    expect(cells.sort()).toEqual(['52.5', '54.5', '56.5', '58.5', '60.5'])
  })

  test('is drawn for two axes only', async () => {
    expect(heatMap(await view({ axes: { batchSize: [10, 20], seed: [1, 2] } }))).toBeUndefined()
    const three = { batchSize: [10, 20], 'learningRate.initial': rates, epochs: [2, 3] }
    expect(heatMap(await view({ axes: three }))).toBeUndefined()
  })

  test('is not drawn for two axes that go together, of which one stands for both', async () => {
    const axes = [{ batchSize: [10, 20, 30], 'learningRate.initial': rates }]
    const study = await view({ axes })
    expect(study.axes.map(({ name }) => name)).toEqual(['batchSize'])
    expect(heatMap(study)).toBeUndefined()
    expect((await view({ axes }, undefined, 'learningRate.initial')).axes.map(({ name }) => name)).toEqual([
      'learningRate.initial',
    ])
  })
})

test('axes and values may have the names that every object has, and those of Vega’s language', async () => {
  const words = ['constructor', '__proto__', 'if', 'datum']
  const study = await view(
    {
      base: ({ constructor: word, ...others }) => ({
        ...smallBase,
        seed: (words as unknown[]).indexOf(word),
        batchSize: Object.values(others)[0] === 'valueOf' ? 10 : 20,
      }),
      axes: { constructor: words, toString: ['valueOf', 'a\u2028b'] },
    },
    (_, i) => ({ rotation: i / 10, testAccuracy: 0.5 + i / 100 }),
  )
  const sources = [accuracyByRotation, accuracyByAxis, heatMap, accuracyCurves, rotationCurves].map((draw) =>
    draw(study),
  )
  const svgs = []
  for (const source of [...sources, await rotationByGroup(study)]) svgs.push((await drawn(source)).svg)
  expect(texts(svgs[0]!, 'role-legend-title')).toEqual(['constructor', 'to string'])
  expect(texts(svgs[0]!, 'role-legend-label')).toEqual([...words, 'valueOf', 'a\uFFFDb'])
  expect(texts(svgs[2]!, 'role-axis-title')).toEqual(expect.arrayContaining(['constructor', 'to string']))
})
