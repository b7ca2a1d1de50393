import { describe, expect, test } from 'vitest'
import { findRateFigure } from '../../src/find-rate/figure.js'
import { renderFigure } from '../../src/figure/render.js'
import { measuredAt } from '../../src/find-rate/measured-at.js'
import type { RateSearch } from '../../src/find-rate/rate-search.js'

const steps = 40

/** A search of two layers; the loss falls until the rate is 0.01, and the second layer turns twice as far. */
function search(change: Partial<RateSearch> = {}): RateSearch {
  const rates = Float64Array.from({ length: steps }, (_, i) => 10 ** (-5 + i / 10))
  const losses = rates.map((rate) => 1 + (Math.log10(rate) + 2) ** 2)
  return {
    experiment: 'a <b>',
    seed: 1,
    device: 'cpu',
    planned: steps,
    end: 'finished',
    rates,
    losses: losses.map((loss, i) => loss + (i % 2)),
    smoothedLosses: losses,
    layers: ['dense0', '__proto__'],
    angles: Float64Array.from({ length: 2 * steps }, (_, i) => (1 + (i % 2)) * rates[i >> 1]!),
    rotations: Float64Array.from({ length: 2 * steps }, (_, i) => (i >> 1) / 100),
    suggestions: { valley: 0.001, steepest: 0.002, minimum: null },
    setting: 'learningRate.initial',
    ...change,
  }
}

describe('the figure of a search', () => {
  test('has the suggestions that there are, and the layers', async () => {
    const { svg, title } = await renderFigure(findRateFigure(search()))
    expect(title).toBe('Training loss of a <b> by learning rate, and the angle of each step below')
    for (const word of [
      'valley 0.001',
      'steepest 0.002',
      'training loss',
      'angle of a step (°)',
      'dense0',
      '__proto__',
    ])
      expect(svg).toContain(word)
    expect(svg).not.toContain('minimum')
    expect(svg).not.toContain('NaN')
  })

  test('is drawn where nothing is suggested, nothing turns, and few steps were made', async () => {
    const none = { valley: null, steepest: null, minimum: null }
    const { rates, losses, smoothedLosses } = search()
    const [angles, rotations] = [new Float64Array(4), Float64Array.of(0, NaN, 0, NaN)]
    const few = [rates, losses, smoothedLosses].map((values) => values.slice(0, 2)) as [
      Float64Array<ArrayBuffer>,
      Float64Array<ArrayBuffer>,
      Float64Array<ArrayBuffer>,
    ]
    const short = { rates: few[0], losses: few[1], smoothedLosses: few[2], angles, rotations, suggestions: none }
    const { svg } = await renderFigure(findRateFigure(search(short)))
    expect(svg).toContain('learning rate')
    expect(svg).not.toContain('suggestion')
  })
})

test('what is measured at a rate is that of the step next to it, by factors', () => {
  const { smoothedLoss, angle, rotation } = measuredAt(search(), 0.0104)
  expect(smoothedLoss).toBeCloseTo(1, 12)
  expect(angle).toBeCloseTo(0.015, 12)
  expect(rotation).toBeCloseTo(0.3, 12)
  // A layer without a direction does not count.
  const rotations = search().rotations.map((value, i) => (i % 2 === 0 ? value : NaN))
  expect(measuredAt(search({ rotations }), 0.01).rotation).toBeCloseTo(0.3, 12)
})
