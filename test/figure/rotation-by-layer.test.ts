import { describe, expect, test } from 'vitest'
import type { ExperimentConfig } from '../../src/experiment/config.js'
import { renderFigure } from '../../src/figure/render.js'
import { rotationByLayer } from '../../src/figure/rotation-by-layer.js'
import { sgd } from '../../src/optimizer/rules/sgd.js'
import { RotationTable } from '../../src/rotation/rotation-table.js'
import { constant } from '../../src/schedule/curves/constant.js'
import { perLayer } from '../../src/schedule/per-layer.js'
import { rotateTo } from '../../src/schedule/rotate-to.js'
import { steps } from '../../src/schedule/curves/steps.js'
import { panels, readPlot, size, texts } from './plot.js'
import { syntheticRun } from './synthetic-run.js'

const randomWalk = (rate: number, steps: number) => 1 - (1 / Math.sqrt(1 + rate * rate)) ** steps
const names = (count: number) => Array.from({ length: count }, (_, i) => `conv${i}`)

/** The lines of the layers, without the dashed random walk. */
const ofLayers = <Line extends { dash?: string | undefined }>(lines: readonly Line[]): Line[] =>
  lines.filter(({ dash }) => dash === undefined)

describe('the rotation of every layer', () => {
  test('draws one panel for one run, named layers violet to yellow', async () => {
    const { svg } = await renderFigure(rotationByLayer([syntheticRun({ rate: 3 ** -2 })]))
    const { lines, yTicks } = readPlot(svg)
    expect(yTicks).toEqual(['0.0', '0.2', '0.4', '0.6', '0.8', '1.0'])
    expect(ofLayers(lines).map(({ points }) => points.at(-1)?.[1])).toEqual([
      expect.closeTo(randomWalk(1 / 9, 500), 4),
      expect.closeTo(randomWalk(1 / 9, 500 / 1.5), 4),
    ])
    // The ends of viridis in matplotlib: #440154, and #dde318 at 0.95.
    expect(lines[0]?.colour).toBe('rgb(68, 1, 84)')
    const [r = 0, g = 0, b = 0] = (lines[1]?.colour.match(/\d+/g) ?? []).map(Number)
    expect([r, g, b].map((value, i) => Math.abs(value - ([0xdd, 0xe3, 0x18][i] ?? 0)) <= 4)).toEqual([true, true, true])
    expect(texts(svg, 'role-legend-label')).toEqual(['dense0', 'dense1', 'random walk'])
  })

  test('draws one panel a run, side by side on the same axes', async () => {
    const exponents = [-2, -2.5, -3, -4]
    const { svg } = await renderFigure(
      rotationByLayer(exponents.map((exponent) => syntheticRun({ rate: 3 ** exponent }))),
    )
    const drawn = panels(svg)
    expect(drawn).toHaveLength(4)
    drawn.forEach((panel, i) => {
      const { lines } = readPlot(panel, { yAxis: drawn[0] ?? '' })
      expect(ofLayers(lines).map(({ points }) => points.at(-1)?.[1])).toEqual([
        expect.closeTo(randomWalk(3 ** (exponents[i] ?? 0), 500), 3),
        expect.closeTo(randomWalk(3 ** (exponents[i] ?? 0), 500 / 1.5), 3),
      ])
    })
    expect(texts(svg)).toEqual(
      expect.arrayContaining(['learning rate 3⁻²', 'learning rate 3⁻²·⁵', 'learning rate 3⁻³', 'learning rate 3⁻⁴']),
    )
    expect(size(svg)[0]).toBeLessThanOrEqual(672)
  })

  test('gives many layers a colour bar and stays small', async () => {
    const runs = [1, 2, 3, 4, 5].map((i) => syntheticRun({ rate: 3 ** -(1 + i / 2), epochs: 250, layers: names(112) }))
    const { svg } = await renderFigure(rotationByLayer(runs))
    expect(texts(svg, 'role-legend-label')).toEqual(['1', '25', '50', '75', '112'])
    const drawn = panels(svg)
    expect(drawn.map((panel) => readPlot(panel, { yAxis: drawn[0] ?? '' }).lines.length)).toEqual([
      112, 112, 112, 112, 112,
    ])
    expect(svg.length).toBeLessThan(1.5e6)
  })

  test('draws layers with the names that every object has, or that are words of Vega’s language', async () => {
    const layers = ['constructor', '__proto__', 'toString', 'if', 'valueOf', 'hasOwnProperty']
    for (const runs of [
      [syntheticRun({ layers, epochs: 5 })],
      layers.map((name, i) => syntheticRun({ name, layers, epochs: 5, config: { seed: i } })),
    ]) {
      const { svg } = await renderFigure(rotationByLayer(runs))
      const drawn = runs.length === 1 ? [svg] : panels(svg)
      for (const panel of drawn) {
        const { lines } = readPlot(panel, { yAxis: drawn[0]! })
        expect(ofLayers(lines).map(({ points }) => points.length)).toEqual(layers.map(() => 6))
      }
      expect(texts(svg, 'role-legend-label')).toEqual(layers)
      if (runs.length > 1) expect(texts(svg)).toEqual(expect.arrayContaining(layers))
    }
  })

  test('draws some of many runs and layers, and says so', async () => {
    const runs = Array.from({ length: 60 }, (_, i) =>
      syntheticRun({ rate: 0.1 / (i + 1), epochs: 3, layers: names(2) }),
    )
    const many = rotationByLayer(runs)
    const { svg } = await renderFigure(many)
    expect(panels(svg)).toHaveLength(24)
    expect(many.caption).toContain('Drawn are 24 of the 60 runs')
    expect(size(svg)[0]).toBeLessThanOrEqual(672)
    expect(size(svg)[1]).toBeLessThan(1300)

    const deep = rotationByLayer([syntheticRun({ epochs: 3, layers: names(1000), config: { optimizer: sgd() } })])
    expect(ofLayers(readPlot((await renderFigure(deep)).svg).lines)).toHaveLength(200)
    expect(deep.caption).toContain('Of a network of more than 200 layers, 200 are drawn.')
  })

  test('keeps names of any length within the figure, and apart', async () => {
    const layers = ['a', 'b'].map((end) => `layer${'x'.repeat(190)}${end}`)
    const runs = Array.from({ length: 8 }, (_, i) =>
      syntheticRun({
        name: `an-experiment-of-a-long-name-${i}-and-more-of-it`,
        rate: 0.1 / (i + 1),
        layers,
        epochs: 3,
        config: { seed: i },
      }),
    )
    const { svg } = await renderFigure(rotationByLayer(runs))
    expect(size(svg)[0]).toBeLessThanOrEqual(860)
    const shown = texts(svg).filter((text) => text.includes('…'))
    expect(new Set(shown).size).toBe(10)
  })

  test('draws no line for a layer without a direction', async () => {
    const run = syntheticRun({ epochs: 3 })
    const rotation = new RotationTable(
      ['dense0', 'dense1'],
      [0, 1, 2, 3],
      [
        [0, NaN],
        [0.1, NaN],
        [0.2, NaN],
        [0.3, NaN],
      ],
    )
    const { svg } = await renderFigure(rotationByLayer([{ ...run, rotation }]))
    expect(svg).not.toContain('NaN')
  })

  test('draws runs of networks that differ, each from its first layer to its last', async () => {
    const { svg } = await renderFigure(
      rotationByLayer([
        syntheticRun({ name: 'shallow', layers: names(2), config: { seed: 1 } }),
        syntheticRun({ name: 'deep', layers: names(6), config: { seed: 2 } }),
      ]),
    )
    const [shallow = '', deep = ''] = panels(svg)
    const ends = (panel: string) => {
      const { lines } = readPlot(panel, { yAxis: shallow })
      return [lines[0]?.colour, lines.at(-1)?.colour]
    }
    expect(ends(shallow)).toEqual(ends(deep))
  })

  test('draws a network of one layer, and a run that has not finished an epoch', async () => {
    const one = await renderFigure(rotationByLayer([syntheticRun({ layers: ['dense0'], epochs: 2 })]))
    expect(ofLayers(readPlot(one.svg).lines)).toHaveLength(1)
    const none = await renderFigure(
      rotationByLayer([syntheticRun({ epochs: 2 }), syntheticRun({ epochs: 0, rate: 0.5, config: { epochs: 2 } })]),
    )
    expect(none.svg).not.toContain('NaN')
  })

  test('shows the random walk of the steps of Layca, dashed', async () => {
    const learningRate = steps(0.1, { at: [50], factor: 0.2 })
    const figure = rotationByLayer([syntheticRun({ config: { learningRate } })])
    const { lines } = readPlot((await renderFigure(figure)).svg)
    expect(lines.map(({ dash }) => dash)).toEqual([undefined, undefined, '4,3'])
    const { colour, points } = lines[2]!
    expect(colour).toBe('#666666')
    expect(points).toHaveLength(101)
    const at = (epoch: number) => points.find(([x]) => Math.abs(x - epoch) < 0.5)![1]
    expect(at(0)).toBeCloseTo(0, 3)
    expect(at(40)).toBeCloseTo(randomWalk(0.1, 200), 3)
    expect(at(100)).toBeCloseTo(1 - (1 - randomWalk(0.1, 250)) * (1 - randomWalk(0.02, 250)), 3)
    expect(figure.caption).toContain('Dashed: the rotation of a random walk')
  })

  test.each([
    ['without Layca', { optimizer: { type: 'sgd' } }],
    ['where a layer has a rate of its own', { groups: [{ match: { layers: ['dense1'] }, rate: 0.5 }] }],
    ['with multipliers', { multipliers: { type: 'alpha', alpha: 0.5 } }],
    [
      'where a layer has a schedule of its own',
      { learningRate: perLayer({ default: constant(0.1), layers: { dense1: constant(0.2) } }) },
    ],
    ['where a layer is not controlled', { groups: [{ match: { layers: ['dense1'] }, controlled: false }] }],
  ])('shows no random walk %s', async (_, config) => {
    const figure = rotationByLayer([syntheticRun({ config: config as Partial<ExperimentConfig> })])
    expect(readPlot((await renderFigure(figure)).svg).lines).toHaveLength(2)
    expect(figure.caption).not.toContain('Dashed')
  })

  test('names the targets of the layers in the legend', async () => {
    const learningRate = rotateTo([
      [0, 0],
      [4, 0.2],
    ])
    const { svg } = await renderFigure(rotationByLayer([syntheticRun({ epochs: 4, config: { learningRate } })]))
    expect(readPlot(svg).lines.map(({ dash }) => dash)).toEqual([undefined, undefined, '2,1.5'])
    expect(texts(svg, 'role-legend-label')).toEqual(['dense0', 'dense1', 'target'])
  })

  test.each([
    [2, ['0', '1', '2']],
    [3, ['0', '1', '2', '3']],
    [100, ['0', '10', '20', '30', '40', '50', '60', '70', '80', '90', '100']],
  ])('has a tick at whole epochs only, after %i epochs', async (epochs, ticks) => {
    const { svg } = await renderFigure(rotationByLayer([syntheticRun({ epochs })]))
    expect(readPlot(svg).xTicks).toEqual(ticks)
  })

  test('shows a random walk in each panel of its run, as far as the run came', async () => {
    const runs = [3 ** -2, 3 ** -3].map((rate) => syntheticRun({ rate, epochs: 10 }))
    const drawn = panels((await renderFigure(rotationByLayer(runs))).svg)
    expect(drawn.map((panel) => readPlot(panel, { yAxis: drawn[0] ?? '' }).lines[2]?.points.at(-1)?.[1])).toEqual([
      expect.closeTo(randomWalk(3 ** -2, 50), 3),
      expect.closeTo(randomWalk(3 ** -3, 50), 3),
    ])
  })
})
