import type { ExperimentConfig } from '../experiment/config.js'
import { monitoredIn } from '../model/describe-model.js'
import { rateCurves, type RateCurve } from '../schedule/rate-curves.js'
import { knownSchedule, scheduleType } from '../schedule/schedule.js'
import { decades } from './decades.js'
import type { FigureSource } from './figure.js'
import { layerLegend } from './layer-legend.js'
import { rateText } from '../text/rate.js'
import { layerExtent, layerScheme } from './theme.js'

const width = 400
const height = 220
const quantitative = 'quantitative' as const

/** The most points of all curves together; a picture of this size cannot show more. */
const mostPoints = 40_000

/**
 * The figure of an experiment's learning rate by epoch: one line if all layers have the same rate, otherwise one for
 * each layer.
 */
export function scheduleFigure(config: ExperimentConfig, stepsPerEpoch: number): FigureSource {
  const layers = monitoredIn(config.model.layers)
  const resolution = Math.max(100, Math.min(width, Math.floor(mostPoints / layers.length / 2)))
  const curves = rateCurves(config, layers, stepsPerEpoch, resolution)
  const several = curves.length > 1
  const { type, domain, ticks } = rateScale(config, curves)
  const depth = (layer: string) => layers.indexOf(layer) / Math.max(1, layers.length - 1)
  const values = curves.flatMap((curve) =>
    (several ? curve.layers : ['']).flatMap((layer) =>
      curve.points
        .filter(({ rate }) => type === 'linear' || rate > 0)
        .map(({ epoch, rate }) => ({
          layer,
          depth: several ? depth(layer) : 0,
          epoch: Number(epoch.toPrecision(8)),
          rate: Number(rate.toPrecision(6)),
        })),
    ),
  )
  const scheme = { name: layerScheme, extent: layerExtent } as const
  const scale = { domain: [0, 1], scheme, nice: false }
  return {
    name: 'schedule',
    title: `Learning rate of ${config.name} by epoch${several ? ', coloured from the first layer to the last' : ''}`,
    caption:
      `Learning rate at each step: ${rateText(config.learningRate)}` +
      (several ? `, of every layer from the first (violet) to the last of ${layers.length} (yellow).` : '.'),
    spec: {
      width,
      height,
      data: { values },
      mark: {
        type: 'line',
        interpolate: 'step-after',
        clip: true,
        strokeWidth: several && layers.length > 40 ? 0.9 : 1.6,
      },
      encoding: {
        x: {
          field: 'epoch',
          type: quantitative,
          scale: { domain: [0, config.epochs], nice: false },
          axis: { title: 'epoch', tickCount: 10, tickMinStep: 1 },
        },
        y: {
          field: 'rate',
          type: quantitative,
          scale: { type, domain, nice: false },
          axis: { title: 'learning rate', ...(ticks ? { values: ticks, format: '~g' } : { tickCount: 6 }) },
        },
        // Not by the layer's name: Vega keeps groups in an object by their names, of which none may be `__proto__`.
        detail: { field: 'depth', type: 'nominal' },
        color: { field: 'depth', type: quantitative, scale, legend: several ? layerLegend(layers, height) : null },
      },
    },
  }
}

interface RateScale {
  type: 'linear' | 'log'
  domain: [number, number]
  ticks?: number[]
}

/**
 * Chooses a logarithmic axis if rates differ by factors, as with drops and multipliers. A rate that falls to 0, as a cosine
 * does, would end in a downward spike on it.
 */
function rateScale({ learningRate }: ExperimentConfig, curves: readonly RateCurve[]): RateScale {
  const schedule = knownSchedule(learningRate)
  const changesByFactors = scheduleType(schedule).changesByFactors(schedule)
  const rates = curves.map(({ points }) => points.map(({ rate }) => rate))
  const largest = Math.max(...rates.map(maximum))
  const tops = rates.map(maximum).filter((top) => top > 0)
  const spread = largest / Math.min(...tops)
  const smallest = rates.flat().reduce((least, rate) => (rate > 0 ? Math.min(least, rate) : least), largest)
  const byFactors = spread >= 10 || (changesByFactors && largest / smallest >= 10)
  if (!byFactors) return { type: 'linear', domain: [0, (largest || 1) * 1.05] }
  const lowest = changesByFactors ? smallest : Math.min(...tops) / 100
  const domain: [number, number] = [Math.max(lowest, largest * 1e-9) / 1.3, largest * 1.3]
  return { type: 'log', domain, ticks: decades(domain) }
}

const maximum = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), 0)
