import type { TopLevelSpec } from 'vega-lite'
import type { RateSearch } from './rate-search.js'
import { suggestionNames } from './suggestions.js'
import { decades } from '../figure/decades.js'
import type { FigureSource } from '../figure/figure.js'
import { layerLegend } from '../figure/layer-legend.js'
import { mostLayers } from '../figure/layer-panels.js'
import { ink, layerExtent, layerScheme, quietInk, unorderedColours } from '../figure/theme.js'
import { thin } from '../figure/thin.js'

const width = 400
const quantitative = 'quantitative' as const
const nominal = 'nominal' as const

/** The most steps that are drawn, and the most ticks of a logarithmic axis. */
const [mostSteps, mostTicks] = [300, 9]

/** The figure of a search of at least two steps: the loss over the logarithm of the rate, with the suggestions, and the angle of each layer below. */
export function findRateFigure(search: RateSearch): FigureSource {
  const { experiment, layers, suggestions } = search
  const x = rateChannel(search)
  const steps = thin(search.rates.length, mostSteps)
  const marks = suggestionNames.flatMap((name, i) => {
    const rate = suggestions[name]
    return rate === null
      ? []
      : [{ rate, label: `${name} ${Number(rate.toPrecision(3))}`, colour: unorderedColours[i]! }]
  })
  const rules = {
    data: { values: marks },
    mark: { type: 'rule' as const, strokeWidth: 1.4, strokeDash: [5, 3] },
  }
  const color = {
    field: 'label',
    type: nominal,
    scale: { domain: marks.map(({ label }) => label), range: marks.map(({ colour }) => colour) },
    legend: { title: 'suggestion', symbolType: 'stroke' as const },
  }
  const spec: TopLevelSpec = {
    spacing: 14,
    bounds: 'flush',
    resolve: { scale: { color: 'independent' } },
    vconcat: [
      {
        width,
        height: 200,
        layer: [
          ...lossLines(search, steps).map(({ values, mark }) => ({
            data: { values },
            mark: { type: 'line' as const, clip: true, ...mark },
            encoding: { x: { ...x, axis: { ...x.axis, title: null, labels: false } }, y: lossChannel(search) },
          })),
          ...(marks.length > 0 ? [{ ...rules, encoding: { x: { ...x, field: 'rate' }, color } }] : []),
        ],
      },
      {
        width,
        height: 170,
        layer: [
          angleLines(search, steps, x),
          ...(marks.length > 0
            ? [{ ...rules, mark: { ...rules.mark, color: quietInk, strokeWidth: 1 }, encoding: { x } }]
            : []),
        ],
      },
    ],
  }
  return {
    name: 'find-rate',
    title: `Training loss of ${experiment} by learning rate, and the angle of each step below`,
    caption:
      'One short training whose learning rate rises at every step. Above: the loss of each batch (grey) and its smoothed course ' +
      `(black), with the rates that it suggests. Below: the angle by which a step at this rate turns each of the ${layers.length} layers.`,
    spec,
  }
}

const lossLines = ({ rates, losses, smoothedLosses }: RateSearch, steps: readonly number[]) =>
  [
    { values: losses, mark: { color: '#bbbbbb', strokeWidth: 0.8 } },
    { values: smoothedLosses, mark: { color: ink, strokeWidth: 1.8 } },
  ].map(({ values, mark }) => ({ values: steps.map((i) => ({ rate: rates[i]!, value: values[i]! })), mark }))

function rateChannel({ rates }: RateSearch) {
  const domain: [number, number] = [rates[0]!, rates.at(-1)!]
  return {
    field: 'rate',
    type: quantitative,
    scale: { type: 'log' as const, domain, nice: false },
    axis: { title: 'learning rate', ...logTicks(domain) },
  }
}

function logTicks(domain: readonly [number, number]) {
  const ticks = decades(domain)
  const values = thin(ticks.length, mostTicks).map((i) => ticks[i]!)
  return { values, labelExpr: "format(datum.value, datum.value < 0.001 ? '~e' : '~g')" }
}

/** The axis of the losses: up to where the smoothed ones come before they explode. */
function lossChannel({ losses, smoothedLosses }: RateSearch) {
  const shown = (values: Float64Array) => values.slice(0, Math.max(1, values.length - 5))
  const low = [...shown(losses), ...shown(smoothedLosses)].reduce((a, b) => Math.min(a, b))
  const high = shown(smoothedLosses).reduce((a, b) => Math.max(a, b))
  const margin = 0.05 * (high - low || high || 1)
  const domain = [low - margin, high + 2 * margin]
  return {
    field: 'value',
    type: quantitative,
    scale: { domain, nice: false },
    axis: { title: 'training loss', tickCount: 6 },
  }
}

/** A line for each layer, from the first (violet) to the last (yellow); steps that do not turn a layer are left out. */
function angleLines({ rates, layers, angles }: RateSearch, steps: readonly number[], x: object) {
  const drawn = thin(layers.length, mostLayers)
  const values = drawn.flatMap((layer) =>
    steps.flatMap((step) => {
      const value = (angles[step * layers.length + layer]! * 180) / Math.PI
      const depth = layer / Math.max(1, layers.length - 1)
      return value > 0 ? [{ rate: rates[step]!, depth, value: Number(value.toPrecision(6)) }] : []
    }),
  )
  const degrees = values.map(({ value }) => value)
  const largest = degrees.reduce((a, b) => Math.max(a, b), 0) || 1
  const domain: [number, number] = [degrees.reduce((a, b) => Math.min(a, b), largest) / 1.3, largest * 1.3]
  return {
    data: { values },
    mark: { type: 'line' as const, strokeWidth: drawn.length > 40 ? 0.9 : 1.6 },
    encoding: {
      x,
      y: {
        field: 'value',
        type: quantitative,
        scale: { type: 'log' as const, domain, nice: false },
        axis: { title: 'angle of a step (°)', ...logTicks(domain) },
      },
      detail: { field: 'depth', type: nominal },
      color: {
        field: 'depth',
        type: quantitative,
        scale: { domain: [0, 1], scheme: { name: layerScheme, extent: layerExtent }, nice: false },
        legend: layerLegend(layers, 170),
      },
    },
  }
}
