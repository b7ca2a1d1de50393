import { expect, test } from 'vitest'
import type { Figure } from '../../../src/figure/figure.js'
import { checkpointFigures } from '../../../src/figure/measure/checkpoint-figures.js'
import { renderFigure } from '../../../src/figure/render.js'
import type { CheckpointSeries } from '../../../src/measure/series-measurement.js'
import { syntheticSeries } from '../../measure/synthetic-series.js'
import { readPlot, texts } from '../plot.js'

const names = (count: number, name = (i: number) => `layers.${i}`) => Array.from({ length: count }, (_, i) => name(i))
const evenSteps = (count: number) => Array.from({ length: count }, (_, i) => 10 * i)
const missing = { rotation: NaN, angle: NaN, norm: NaN, relative_update: NaN, not_finite: NaN }

async function figure(series: CheckpointSeries, name: string): Promise<Figure> {
  return renderFigure(checkpointFigures(series).find((one) => one.name === name)!)
}

test('a line for each layer, violet to yellow, holds its rotation at each step', async () => {
  const series = syntheticSeries({ layers: names(3), steps: [0, 50, 200] })
  const { svg, caption } = await figure(series, 'rotation-by-checkpoint')
  const { lines, points, yTicks } = readPlot(svg)
  expect(yTicks).toEqual(['0.0', '0.2', '0.4', '0.6', '0.8', '1.0'])
  expect(lines).toHaveLength(3)
  for (const [i, layer] of series.table.layers.entries()) {
    const rotation = series.table.layer(layer)
    expect(lines[i]!.points).toEqual(
      [0, 50, 200].map((step, row): unknown[] => [expect.closeTo(step, 0), expect.closeTo(rotation[row]!, 3)]),
    )
  }
  expect(lines[0]!.colour).toBe('rgb(68, 1, 84)')
  expect(points).toHaveLength(9)
  expect(texts(svg, 'role-legend-label')).toEqual(['layers.0', 'layers.1', 'layers.2'])
  expect(caption).toBe(
    'Rotation (cosine distance to the first checkpoint) of every layer, from the first layer (violet) to the last of 3 (yellow).',
  )
})

test('angles are in degrees, and those of two checkpoints are visible points', async () => {
  const series = syntheticSeries({ layers: names(2), steps: [0, 1], values: (layer) => ({ angle: (layer + 1) / 10 }) })
  series.table.column('angle').fill(NaN, 0, 2)
  const { points } = readPlot((await figure(series, 'angle-by-checkpoint')).svg)
  expect(points.map(({ at }) => at)).toEqual([
    [expect.closeTo(1, 2), expect.closeTo(18 / Math.PI, 1)],
    [expect.closeTo(1, 2), expect.closeTo(36 / Math.PI, 1)],
  ])
})

test('a gap is not bridged, and a value without neighbours is a point', async () => {
  const series = syntheticSeries({
    layers: names(1),
    steps: evenSteps(30),
    values: (_, checkpoint) => ([10, 11, 13].includes(checkpoint) ? missing : {}),
  })
  const { lines, points } = readPlot((await figure(series, 'rotation-by-checkpoint')).svg)
  expect(lines.map(({ points }) => points.length).filter((length) => length > 1)).toEqual([10, 16])
  expect(points.map(({ at }) => Math.round(at[0]))).toEqual([120])
})

test('small rotations fill the panel, and norms that hardly change look like that', async () => {
  const series = syntheticSeries({
    layers: names(2),
    steps: evenSteps(3),
    values: (layer, checkpoint) => ({ rotation: 1e-4 * checkpoint * (layer + 1), norm: 10 + 1e-5 * checkpoint }),
  })
  expect(readPlot((await figure(series, 'rotation-by-checkpoint')).svg).yTicks.at(-1)).toBe('0.00040')
  const norm = readPlot((await figure(series, 'norm-by-checkpoint')).svg)
  expect(Number(norm.yTicks.at(-1)) - Number(norm.yTicks[0])).toBeGreaterThan(0.005)
})

test('norms and updates over decades are on logarithmic axes, which says that zeros have no place there', async () => {
  const series = syntheticSeries({
    layers: names(3),
    steps: evenSteps(4),
    values: (layer, checkpoint) => ({ relative_update: layer === 2 ? 0 : 10 ** -checkpoint, norm: 10 ** checkpoint }),
  })
  const update = await figure(series, 'update-by-checkpoint')
  const { lines, yTicks } = readPlot(update.svg, { log: true })
  expect(yTicks.map(Number)).toEqual([0.001, 0.01, 0.1, 1])
  expect(lines[0]!.points.map(([, y]) => Number(y.toPrecision(1)))).toEqual([1, 0.1, 0.01, 0.001])
  expect(update.caption).toContain('What is 0 has no place on the logarithmic axis. 1 layer has no positive value')
  expect(readPlot((await figure(series, 'norm-by-checkpoint')).svg, { log: true }).yTicks.map(Number)).toEqual([
    1, 10, 100, 1000,
  ])
})

test('places are whole numbers on an axis of checkpoints', async () => {
  const series = syntheticSeries({ layers: names(2), steps: [0, 1, 2], hasSteps: false })
  const { svg } = await figure(series, 'rotation-by-checkpoint')
  expect(readPlot(svg).xTicks).toEqual(['0', '1', '2'])
  expect(texts(svg, 'role-axis-title')).toContain('checkpoint')
})

test.each([
  [
    [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000, 10_000, 143_000],
    ['0', '1', '10', '100', '1,000', '10,000', '100,000'],
  ],
  [
    [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048],
    ['1', '10', '100', '1,000'],
  ],
])('checkpoints that are saved ever less often get a logarithmic axis: %j', async (steps, ticks) => {
  const { svg } = await figure(syntheticSeries({ layers: names(2), steps }), 'rotation-by-checkpoint')
  expect(texts(svg, 'role-axis-label').slice(0, ticks.length)).toEqual(ticks)
})

test('300 layers at 500 checkpoints stay small, and the caption says what is not drawn', async () => {
  const series = syntheticSeries({ layers: names(300), steps: evenSteps(500) })
  const { svg, caption } = await figure(series, 'rotation-by-checkpoint')
  expect(readPlot(svg).lines).toHaveLength(200)
  expect(texts(svg, 'role-legend-label')).toEqual(['1', '100', '200', '300'])
  expect(svg.length).toBeLessThan(1.5e6)
  expect(caption).toContain(
    'the last of 300 (yellow). Drawn are 200 of the 300 layers, evenly spread over their order.',
  )
  expect(caption).toContain('Drawn are 300 of the 500 checkpoints, evenly spread.')
})

test('long names stay different in the legend', async () => {
  const layers = names(4, (i) => `${'model.encoder.'.repeat(4)}blocks.${i}.${'attention.projection.'.repeat(3)}weight`)
  const { svg } = await figure(syntheticSeries({ layers, steps: [0, 1] }), 'rotation-by-checkpoint')
  expect(new Set(texts(svg, 'role-legend-label')).size).toBe(4)
})

test('figures without a value are left out', () => {
  const series = syntheticSeries({ layers: names(2), steps: [7], values: () => ({ ...missing, rotation: 0, norm: 1 }) })
  expect(checkpointFigures(series).map(({ name }) => name)).toEqual(['rotation-by-checkpoint', 'norm-by-checkpoint'])
})
