import { expect, test } from 'vitest'
import { accuracyOver, type AccuracyPoint } from '../../../src/figure/paper/accuracy-over.js'
import { renderFigure } from '../../../src/figure/render.js'
import { panels, readPlot, size, texts } from '../plot.js'
import { dataOf } from './paper-view.js'

const ours = (
  task: string,
  value: number,
  testAccuracy: number,
  trainAccuracy: number,
  deviation: number | null = null,
) => ({
  task,
  value,
  ours: { testAccuracy, deviation, trainAccuracy },
  published: null,
})
const published = (task: string, value: number, testAccuracy: number, trainAccuracy: number | null) => ({
  task,
  value,
  ours: null,
  published: { testAccuracy, trainAccuracy },
})

const points: AccuracyPoint[] = [
  ours('C10-CNN1', -0.6, 80, 99, 2),
  ours('C10-CNN1', 0, 88, 100, 1),
  ours('C10-CNN1', 0.6, 60, 90),
  published('C10-CNN1', -0.8, 70, null),
  published('C10-CNN1', 0, 88.45, 99.99),
  published('C10-CNN1', 0.6, 68.67, 82.09),
  published('tiny-CNN', 0, 50.89, 98.91),
]

test('the accuracy over alpha leaves out what ends with a train accuracy of at most 90 %, and tasks without a run', async () => {
  const source = accuracyOver(points, { axis: 'alpha', leastTrainAccuracy: 90, isScaled: true })!
  expect(dataOf(source.spec)).toEqual([
    [
      { x: -0.6, task: 'C10-CNN1', value: -0.6, source: 'ours', accuracy: 80, low: 78, high: 82 },
      { x: 0, task: 'C10-CNN1', value: 0, source: 'ours', accuracy: 88, low: 87, high: 89 },
      { x: -0.8, task: 'C10-CNN1', value: -0.8, source: 'published', accuracy: 70, low: 70, high: 70 },
      { x: 0, task: 'C10-CNN1', value: 0, source: 'published', accuracy: 88.45, low: 88.45, high: 88.45 },
    ],
  ])
  expect(source.caption).toContain('train accuracy of at most 90 % are left out, 1 of ours among them.')
  expect(source.caption).toContain('compare the shapes')
  const { svg } = await renderFigure(source)
  expect(svg.match(/mark-rule role-mark/g)).toHaveLength(1)
  expect(texts(svg, 'role-legend-label')).toEqual(['ours', 'published'])
  expect(texts(svg, 'role-axis-title')).toContain('α')
  expect(size(svg)[0]).toBeLessThanOrEqual(680)
})

test('the accuracy over a rate has all points on a logarithmic axis with whole powers of three', async () => {
  const rates = [-7, -5, -4, -3.2, -3, -1, 0].map((exponent) => 3 ** exponent)
  const source = accuracyOver(
    [
      ...rates.map((rate, i) => ours('a', rate, 10 * i, 50)),
      ours('b', 3 ** -3, 50, 100),
      published('b', 3 ** -4, 45, 100),
    ],
    { axis: 'rho', isScaled: false },
  )!
  const { svg } = await renderFigure(source)
  const [first, second] = panels(svg)
  const line = /mark-line role-mark[^]*? d="([^"]*)"/.exec(first!)![1]!
  const xs = line.split(/[ML]/).slice(1).map(parseFloat)
  expect(xs).toHaveLength(7)
  // From 3⁻⁷ to 3⁻⁵ it is as far as from 3⁻³ to 3⁻¹.
  expect(xs[1]! - xs[0]!).toBeCloseTo(xs[5]! - xs[4]!, 1)
  expect(texts(first!, 'role-axis-label').filter((label) => label.startsWith('3'))).not.toContain('3⁻³·²')
  expect(second!.match(/mark-symbol role-mark/g)).toHaveLength(2)
  expect(source.caption).not.toContain('left out')
  expect(source.caption).not.toContain('compare the shapes')
})

test('ours stand where they are on the axis, alone if nothing is published', async () => {
  const source = accuracyOver([ours('a', 0.1, 60, 100), ours('a', 0.2, 80, 100)], { axis: 'alpha', isScaled: false })!
  const { svg } = await renderFigure(source)
  expect(readPlot(svg).points.map(({ at }) => at)).toEqual([
    [expect.closeTo(0.1, 2), expect.closeTo(60, 0)],
    [expect.closeTo(0.2, 2), expect.closeTo(80, 0)],
  ])
  expect(texts(svg, 'role-legend-label')).toEqual([])
  expect(source.caption).not.toContain('published')
})

test('there is no figure without a finished run, or if all are left out', () => {
  expect(accuracyOver(points.slice(3), { axis: 'alpha', isScaled: false })).toBeUndefined()
  expect(
    accuracyOver([ours('a', 0, 50, 80)], { axis: 'alpha', leastTrainAccuracy: 90, isScaled: false }),
  ).toBeUndefined()
  expect(accuracyOver([ours('a', 0, 50, 80)], { axis: 'alpha', isScaled: false })).toBeDefined()
})
