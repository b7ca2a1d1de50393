import { describe, expect, test } from 'vitest'
import { renderFigure } from '../../src/figure/render.js'
import { rotationByRun } from '../../src/figure/rotation-by-run.js'
import { readPlot, size, texts } from './plot.js'
import { syntheticRun } from './synthetic-run.js'

const exponents = [-2, -2.5, -3, -4]
const runs = exponents.map((exponent) => syntheticRun({ rate: 3 ** exponent }))
/** 1 - cos(arctan rate)^steps: what the synthetic runs are made of. */
const randomWalk = (rate: number, steps: number) => 1 - (1 / Math.sqrt(1 + rate * rate)) ** steps

describe('the rotation of a layer by learning rate', () => {
  test('draws every run to where its rotation ends, on axes from 0 to 1 and over all epochs', async () => {
    const { svg } = await renderFigure(rotationByRun(runs, { layer: 'dense0' }))
    const plot = readPlot(svg)
    expect(plot.xTicks.slice(-1)).toEqual(['100'])
    expect(plot.yTicks).toEqual(['0.0', '0.2', '0.4', '0.6', '0.8', '1.0'])
    expect(plot.lines).toHaveLength(4)
    exponents.forEach((exponent, i) => {
      const points = plot.lines[i]?.points ?? []
      expect(points).toHaveLength(101)
      expect(points[0]).toEqual([0, 0])
      const [epoch, rotation] = points.at(-1) ?? []
      expect(epoch).toBeCloseTo(100, 6)
      // Two decimals of a pixel, of 250.
      expect(rotation).toBeCloseTo(randomWalk(3 ** exponent, 500), 4)
    })
    expect(new Set(plot.lines.map(({ colour }) => colour)).size).toBe(4)
  })

  test('names the rates at the ends of their curves, largest first', async () => {
    const { svg } = await renderFigure(rotationByRun([...runs].reverse(), { layer: 'dense0' }))
    const all = texts(svg)
    expect(all.filter((text) => text.startsWith('3'))).toEqual(['30', '3⁻²', '3⁻²·⁵', '3⁻³', '3⁻⁴'])
    expect(all).toContain('learning rate')
    expect(all).toContain('layer rotation (cosine distance)')
  })

  test('draws published points as circles in the colour of their run', async () => {
    const published = [
      {
        run: 2,
        points: [
          { epoch: 50.2, rotation: 0.181 },
          { epoch: 98.2, rotation: 0.302 },
        ],
      },
    ]
    const { svg } = await renderFigure(rotationByRun(runs, { layer: 'dense0', published }))
    const plot = readPlot(svg)
    expect(plot.points.map(({ colour }) => colour)).toEqual(new Array(2).fill(plot.lines[2]?.colour))
    expect(plot.points.map(({ at }) => at.map((value) => Number(value.toFixed(3))))).toEqual([
      [50.2, 0.181],
      [98.2, 0.302],
    ])
    expect(texts(svg, 'role-legend-label')).toEqual(['published (digitised)'])
  })

  test('draws published points as far as the runs go', async () => {
    const trial = syntheticRun({ rate: 3 ** -2, epochs: 2 })
    const drawn = async (...epochs: number[]) => {
      const published = [{ run: 0, points: epochs.map((epoch) => ({ epoch, rotation: 0.1 })) }]
      const source = rotationByRun([trial], { layer: 'dense0', published })
      return { ...source, svg: (await renderFigure(source)).svg }
    }
    const some = await drawn(0.2, 2, 2.2, 98.2)
    expect(readPlot(some.svg).points.map(({ at }) => Number(at[0].toFixed(3)))).toEqual([0.2, 2])
    expect(size(some.svg)[0]).toBeLessThan(672)
    const none = await drawn(98.2)
    expect(readPlot(none.svg).points).toEqual([])
    expect(none.caption).not.toContain('circles')
  })

  test('draws the mean of the layers without a layer', async () => {
    const { svg } = await renderFigure(rotationByRun(runs.slice(0, 2)))
    const mean = (randomWalk(3 ** -2, 500) + randomWalk(3 ** -2, 500 / 1.5)) / 2
    expect(readPlot(svg).lines[0]?.points.at(-1)?.[1]).toBeCloseTo(mean, 4)
  })

  test('labels curves that end together from the first down to the last', async () => {
    const alike = [3, 2, 1].map((seed) => syntheticRun({ rate: 0.1, epochs: 5, config: { seed } }))
    const { svg } = await renderFigure(rotationByRun(alike))
    const height = (label: string) =>
      Number(new RegExp(`translate\\([^,]*,([^)]*)\\)"[^>]*font-size="12px"[^>]*>${label}<`).exec(svg)?.[1])
    expect(height('3')).toBeLessThan(height('2'))
    expect(height('2')).toBeLessThan(height('1'))
  })

  test('puts many runs into a legend', async () => {
    const many = Array.from({ length: 12 }, (_, i) => syntheticRun({ rate: 3 ** -(1 + i / 2) }))
    const { svg } = await renderFigure(rotationByRun(many))
    expect(texts(svg, 'role-legend-label')).toHaveLength(12)
    expect(readPlot(svg).lines).toHaveLength(12)
  })

  test('gives more runs than a legend can name a colour bar', async () => {
    const many = Array.from({ length: 40 }, (_, i) => syntheticRun({ rate: 3 ** -(1 + i / 10), epochs: 5 }))
    const { svg } = await renderFigure(rotationByRun(many))
    expect(texts(svg, 'role-legend-label')).toEqual(['3⁻¹', '3⁻⁴·⁹'])
    // The first run is at the top of the bar, in the colour of its curve, as in a legend of names.
    const height = (label: string) => Number(new RegExp(`translate\\([^,]*,([^)]*)\\)"[^>]*>${label}<`).exec(svg)?.[1])
    expect(height('3⁻¹')).toBeLessThan(height('3⁻⁴·⁹'))
    const stops = [...svg.matchAll(/stop-color="([^"]*)"/g)].map(([, colour]) => colour)
    expect([stops.at(-1), stops[0]]).toEqual([0, 39].map((i) => readPlot(svg).lines[i]?.colour))
    expect(readPlot(svg).lines).toHaveLength(40)
    expect(size(svg)[0]).toBeLessThan(672)
  })

  test('knows the names that every object has, and those of Vega’s language', async () => {
    const names = ['constructor', '__proto__', 'toString', 'if', 'valueOf', 'datum']
    const runs = names.map((name, i) => syntheticRun({ name, rate: 0.1 / (i + 1), epochs: 5, config: { seed: i } }))
    const { svg } = await renderFigure(rotationByRun(runs))
    expect(readPlot(svg).lines.map(({ points }) => points.length)).toEqual(names.map(() => 6))
    expect(new Set(readPlot(svg).lines.map(({ colour }) => colour)).size).toBe(names.length)
    expect(texts(svg)).toEqual(expect.arrayContaining(names))
    const more = [...runs, ...runs.map((run, i) => ({ ...run, config: { ...run.config, name: `other${i}` } }))]
    const legend = await renderFigure(rotationByRun(more))
    expect(texts(legend.svg, 'role-legend-label')).toEqual(expect.arrayContaining(names))
  })

  test('reaches further than 1 only for a layer that has turned past a right angle', async () => {
    const turned = syntheticRun({ rate: 3 ** -2, epochs: 3 })
    const almost = syntheticRun({ rate: 3 ** -3, epochs: 3 })
    const layer = (...rotation: number[]) =>
      Object.assign(Object.create(turned.rotation), { layer: () => rotation }) as typeof turned.rotation
    turned.rotation = layer(0, 0.5, 1, 1.03)
    almost.rotation = layer(0, 0.5, 1, 1.01)
    const within = await renderFigure(rotationByRun([turned, almost], { layer: 'dense0' }))
    expect(readPlot(within.svg).yTicks.at(-1)).toBe('1.0')
    turned.rotation = layer(0, 0.5, 1, 1.38)
    const beyond = await renderFigure(rotationByRun([turned, almost], { layer: 'dense0' }))
    const plot = readPlot(beyond.svg)
    expect(Number(plot.yTicks.at(-1))).toBeGreaterThan(1)
    expect(plot.lines[0]?.points.at(-1)?.[1]).toBeCloseTo(1.38, 3)
  })
})
