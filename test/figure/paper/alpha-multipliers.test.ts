import { expect, test } from 'vitest'
import { alphaMultiplierFigure } from '../../../src/figure/paper/alpha-multipliers.js'
import { renderFigure } from '../../../src/figure/render.js'
import { readPlot, size, texts } from '../plot.js'

test('the multipliers are those of the formula, a line for each alpha', async () => {
  const source = alphaMultiplierFigure([0.6, 0, -0.6], 3)!
  const { values } = (source.spec as { data: { values: { multiplier: number }[] } }).data
  // 0.4^(5/2) is 0.101193, 0.4^5 is 0.01024.
  expect(values.map(({ multiplier }) => multiplier)).toEqual([1, 0.101193, 0.01024, 1, 1, 1, 0.01024, 0.101193, 1])
  const { svg } = await renderFigure(source)
  expect(texts(svg, 'role-legend-label')).toEqual(['0.6', '0', '−0.6'])
  expect(readPlot(svg, { log: true }).lines.map(({ points }) => points.at(-1)![1])).toEqual([
    expect.closeTo(0.01024, 3),
    expect.closeTo(1, 2),
    expect.closeTo(1, 2),
  ])
  expect(size(svg)[0]).toBeLessThanOrEqual(680)
})

test('there is no figure of a single alpha, or layer', () => {
  expect(alphaMultiplierFigure([0], 3)).toBeUndefined()
  expect(alphaMultiplierFigure([0, 0.6], 1)).toBeUndefined()
})
