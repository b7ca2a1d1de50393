import { describe, expect, test } from 'vitest'
import {
  alphaMultipliers,
  constant,
  cosine,
  layerMultipliers,
  linear,
  oneCycle,
  perLayer,
  steps,
  tabulated,
  vgg25,
  warmup,
  type ExperimentConfig,
} from '../../src/index.js'
import { rateText } from '../../src/text/rate.js'
import { renderFigure } from '../../src/figure/render.js'
import { scheduleFigure } from '../../src/figure/schedule.js'
import { readPlot, texts } from './plot.js'
import { syntheticRun } from './synthetic-run.js'

const figure = (config: Partial<ExperimentConfig>, stepsPerEpoch = 5) =>
  renderFigure(scheduleFigure(syntheticRun({ epochs: 10, config }).config, stepsPerEpoch))

const near = (value: number) => expect.closeTo(value, 2) as number

describe('the figure of a schedule', () => {
  test('is one line where all layers have the same rate, on a linear axis from 0', async () => {
    const { svg } = await figure({ learningRate: linear(0.5, { final: 0.1 }) })
    const { lines, yTicks } = readPlot(svg)
    expect(yTicks[0]).toBe('0.0')
    expect(lines).toHaveLength(1)
    expect(lines[0]!.points[0]).toEqual([near(0), near(0.5)])
    expect(lines[0]!.points.at(-1)).toEqual([near(10), near(0.5 - 0.4 * 0.98)])
    expect(texts(svg, 'role-legend-label')).toEqual([])
  })

  test('is one line a layer where they differ, violet to yellow, on a logarithmic axis', async () => {
    const { svg } = await figure({ learningRate: constant(0.1), multipliers: alphaMultipliers(0.6) })
    const { lines } = readPlot(svg, { log: true })
    const [first = NaN, last = NaN] = lines.map(({ points }) => points[0]![1])
    expect(first / 0.001024).toBeCloseTo(1, 1)
    expect(last / 0.1).toBeCloseTo(1, 1)
    expect(lines[0]!.colour).toBe('rgb(68, 1, 84)')
    expect(texts(svg, 'role-legend-label')).toEqual(['dense0', 'dense1'])
  })

  test('drops at once', async () => {
    const { svg } = await figure({ learningRate: steps(1, { at: [4], factor: 0.01 }) })
    const [line] = readPlot(svg, { log: true }).lines
    const drop = line!.points.findIndex(([, rate]) => rate < 0.5)
    expect(line!.points[drop - 1]).toEqual([near(4), expect.closeTo(1, 1)])
    expect(line!.points[drop]).toEqual([near(4), expect.closeTo(0.01, 3)])
  })

  test('draws a cosine to 0, and a layer whose rate is 0, without an error', async () => {
    for (const multipliers of [null, alphaMultipliers(-0.8), layerMultipliers({ dense0: 0 })]) {
      const { svg } = await figure({ learningRate: warmup(cosine(1), { epochs: 2, factor: 0 }), multipliers })
      expect(svg).not.toContain('NaN')
    }
    const { svg } = await figure({ learningRate: tabulated(Array<number>(10).fill(0)) })
    expect(readPlot(svg).lines[0]!.points.every(([, rate]) => Math.abs(rate) < 1e-6)).toBe(true)
  })

  test('of 25 layers over many steps has a colour bar and stays small', async () => {
    const model = vgg25()
    const data = { type: 'cifar10', folder: null, perClass: null } as const
    const { svg } = await figure({ data, model, learningRate: oneCycle(1), multipliers: alphaMultipliers(0.6) }, 352)
    expect(texts(svg, 'role-legend-label')).toEqual(['1', '5', '10', '15', '20', '25'])
    expect(readPlot(svg, { log: true }).lines).toHaveLength(25)
    expect(svg.length).toBeLessThan(1.5e6)
  })
})

test('a schedule in words', () => {
  expect(rateText(steps(3 ** -2, { at: [90], factor: 0.2 }))).toBe('3⁻², times 0.2 after 90 epochs')
  expect(rateText(warmup(constant(0.1), { epochs: 5, factor: 0.01 }))).toBe(
    '0.1, constant, linear warmup of 5 epochs from 0.01 of it',
  )
  expect(rateText(cosine(0.1, { restarts: { period: 10, factor: 2 } }))).toBe(
    '0.1 to 0, cosine with restarts, the first after 10 epochs, each 2 times as long as the one before',
  )
  expect(rateText(linear(0.1, { epochs: 1 }))).toBe('0.1 to 0, linear in 1 epoch')
  expect(rateText(perLayer({ default: constant(1), layers: { 'conv*': tabulated([2, 3]) } }))).toBe(
    '1, constant; of conv* 2 at first, from a table of one rate an epoch',
  )
})
