import { alphaFactors } from '../../schedule/multipliers/alpha.js'
import { decades } from '../decades.js'
import type { FigureSource } from '../figure.js'
import { axisColour } from '../study/axis-colour.js'
import { numberAxis } from './number-axis.js'

const quantitative = 'quantitative' as const

/**
 * The figure of the multipliers on the layers' learning rates over depth, with a line for each alpha.
 *
 * @param alphas the strengths, -1 < alpha < 1
 * @param layers the number of layers of the network
 * @returns undefined for less than two alphas or layers
 */
export function alphaMultiplierFigure(alphas: readonly number[], layers: number): FigureSource | undefined {
  const axis = numberAxis('alpha', alphas)
  if (axis.values.length < 2 || layers < 2) return undefined
  const values = axis.values.flatMap((alpha, colour) =>
    alphaFactors({ type: 'alpha', alpha: Number(alpha) }, layers).map((multiplier, layer) => ({
      colour,
      layer: layer + 1,
      multiplier: Number(multiplier.toPrecision(6)),
    })),
  )
  const lowest = values.reduce((least, { multiplier }) => Math.min(least, multiplier), 1)
  const domain: [number, number] = [lowest / 1.3, 1.3]
  return {
    name: 'paper-alpha-multipliers',
    title: 'Multiplier of each layer’s learning rate over depth, one line per α',
    caption:
      `Multipliers on the learning rates of ${layers} layers: (1 − α)^(5(L − i)/(L − 1)) for α > 0, which slows the first layers, and ` +
      '(1 + α)^(5(i − 1)/(L − 1)) for α ≤ 0, which slows the last ones; i is the layer, counted from 1, of L.',
    spec: {
      width: 400,
      height: 250,
      data: { values },
      mark: { type: 'line', point: layers <= 40 ? { size: 14 } : false },
      encoding: {
        x: {
          field: 'layer',
          type: quantitative,
          scale: { domain: [1, layers], nice: false, padding: 4 },
          axis: { title: 'layer', tickMinStep: 1, tickCount: 10 },
        },
        y: {
          field: 'multiplier',
          type: quantitative,
          scale: { type: 'log', domain, nice: false },
          axis: { title: 'multiplier', values: decades(domain), format: '~g' },
        },
        detail: { field: 'colour', type: 'nominal' },
        color: axisColour(axis, 'stroke'),
      },
    },
  }
}
