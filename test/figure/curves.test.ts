import { describe, expect, test } from 'vitest'
import { accuracy, accuracyDomain } from '../../src/figure/accuracy.js'
import { readFontMetrics } from '../../src/figure/font.js'
import { loss } from '../../src/figure/loss.js'
import { renderFigure } from '../../src/figure/render.js'
import { readPlot, size, texts } from './plot.js'
import { syntheticRun } from './synthetic-run.js'

const runs = [3 ** -2, 3 ** -4].map((rate) => syntheticRun({ rate }))

describe('loss by epoch', () => {
  test('draws test solid and training dashed on a logarithmic axis of powers of ten', async () => {
    const { svg } = await renderFigure(loss(runs))
    const plot = readPlot(svg, { log: true })
    expect(plot.yTicks).toEqual(['0.001', '0.01', '0.1', '1'])
    expect(plot.lines).toHaveLength(4)
    const ends = plot.lines.map(
      ({ dash, points }) => [dash === '3,2' ? 'train' : 'test', points.at(-1)?.[1] ?? 0] as const,
    )
    const expected = runs.flatMap(({ metrics }) => [
      ['test', metrics.at(-1)?.testLoss ?? 0] as const,
      ['train', metrics.at(-1)?.trainLoss ?? 0] as const,
    ])
    // Vega sets the tick marks that the values are read from on whole pixels: half of one is a hundredth here.
    for (const [split, value] of expected) {
      expect(ends.some(([drawn, at]) => drawn === split && Math.abs(at / value - 1) < 0.02)).toBe(true)
    }
    expect(texts(svg, 'role-legend-label')).toEqual(['3⁻²', '3⁻⁴', 'test', 'train'])
    expect(size(svg)[0]).toBe(336)
  })

  test('draws a loss that hardly falls on a linear axis from 0', async () => {
    const { svg } = await renderFigure(loss([syntheticRun({ rate: 3 ** -5, epochs: 20 })]))
    expect(readPlot(svg).yTicks[0]).toBe('0.0')
  })

  test('leaves out values that were not measured or that a logarithm cannot show', async () => {
    const run = syntheticRun({ rate: 3 ** -2 })
    run.metrics = run.metrics.map((row, i) => ({
      ...row,
      testLoss: i % 2 ? null : row.testLoss,
      trainLoss: i > 90 ? 0 : i === 5 ? Number.NaN : row.trainLoss,
    }))
    const { svg } = await renderFigure(loss([run]))
    expect(readPlot(svg, { log: true }).lines.map(({ points }) => points.length)).toEqual([50, 90])
    expect(svg).not.toContain('NaN')
  })

  test('draws all runs however many and however long their labels', async () => {
    const many = Array.from({ length: 20 }, (_, i) =>
      syntheticRun({ name: `an-experiment-with-a-long-name-${i}`, rate: 0.1 / (i + 1), config: { seed: i } }),
    )
    const { svg } = await renderFigure(loss(many))
    expect(readPlot(svg, { log: true }).lines).toHaveLength(40)
    expect(texts(svg, 'role-legend-label')).toHaveLength(22)
    expect(size(svg)[0]).toBe(336)
  })
})

describe('curves of many runs', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, i) => syntheticRun({ rate: 0.1 / (i + 1), epochs: 5 }))

  test('are all drawn, with a colour bar from the first to the last', async () => {
    const source = loss(many(40))
    const { svg } = await renderFigure(source)
    expect(readPlot(svg).lines).toHaveLength(80)
    expect(new Set(readPlot(svg).lines.map(({ colour }) => colour)).size).toBe(40)
    expect(texts(svg, 'role-legend-label')).toEqual(['0.1', '0.0025', 'test', 'train'])
    expect(size(svg)[0]).toBe(336)
    expect(source.caption).not.toContain('Drawn')
  })

  test('beyond what a figure can show are said to be left out', async () => {
    const source = loss(many(1000))
    const { svg } = await renderFigure(source)
    expect(readPlot(svg).lines).toHaveLength(400)
    expect(source.caption).toContain('Drawn are 200 of the 1,000 runs, evenly spread over their order.')
    expect(size(svg)[0]).toBe(336)
    expect(size(svg)[1]).toBeLessThan(300)
  })

  test('keep a legend of wide labels within the column', async () => {
    const names = Array.from({ length: 16 }, (_, i) => `an-experiment-with-a-rather-long-name-${i}-of-the-series`)
    const { svg } = await renderFigure(
      loss(names.map((name, i) => syntheticRun({ name, epochs: 5, config: { seed: i } }))),
    )
    expect(size(svg)[0]).toBe(336)
    const metrics = readFontMetrics()
    // An entry begins 56 pixels from the left, beside the axis, and its text 16 pixels further right.
    for (const label of texts(svg, 'role-legend-label'))
      expect(72 + 10.5 * metrics.width(label)).toBeLessThanOrEqual(336)
  })
})

describe('accuracy by epoch', () => {
  test('draws percent', async () => {
    const { svg } = await renderFigure(accuracy([syntheticRun({ rate: 3 ** -2 })]))
    const { lines, yTicks } = readPlot(svg)
    expect(yTicks).toEqual(['80', '85', '90', '95', '100'])
    expect(lines.map(({ points }) => points.at(-1)?.[1])).toEqual([expect.closeTo(96.8, 1), expect.closeTo(100, 1)])
  })

  test('says that the axis leaves something out only if it does', () => {
    const run = syntheticRun({ rate: 3 ** -2 })
    const lower = { ...run, metrics: run.metrics.map((row) => ({ ...row, testAccuracy: 0.2 })) }
    expect(accuracy([run]).caption).toContain('leaves out')
    expect(accuracy([lower]).caption).not.toContain('leaves out')
  })

  test.each([
    [[99.5, 100], 98],
    [[97, 100], 95],
    [[95.8, 100], 95],
    [[92, 99], 90],
    [[88, 99], 80],
    [[85, 100], 80],
    [[60, 70], 50],
    [[10, 30], 0],
    [[], 98],
  ])('shows accuracies of %j %% from %d %% on', (percents, low) => {
    expect(accuracyDomain(percents)[0]).toBe(low)
    expect(accuracyDomain(percents)[1]).toBeGreaterThan(100)
  })
})
