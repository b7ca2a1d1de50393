import { styleText } from 'node:util'
import type { ExperimentConfig } from '../../experiment/config.js'
import { multipliersText } from '../../text/settings.js'
import { rateText } from '../../text/rate.js'
import { thin } from '../../figure/thin.js'
import { monitoredIn } from '../../model/describe-model.js'
import { rateCurves, type RateCurve } from '../../schedule/rate-curves.js'
import { count, significant } from '../../numbers.js'
import { printable } from '../../printable.js'
import { sparkline } from '../terminal/sparkline.js'
import { table } from '../terminal/table.js'

/** The most curves that are listed; of more, as many are picked evenly from the first to the last. */
const mostRows = 16
const sparklineColumns = 30

/** Describes a schedule in words, numbers and small curves. */
export function describeSchedule(config: ExperimentConfig, stepsPerEpoch: number): string[] {
  const layers = monitoredIn(config.model.layers)
  const curves = rateCurves(config, layers, stepsPerEpoch)
  const shown = thin(curves.length, mostRows).map((index) => curves[index]!)
  const rows = shown.map((curve) => {
    const { first, largest: top, last } = extremes(curve.points)
    const evenly = evenlySpaced(curve.points, config.epochs, sparklineColumns)
    const name = curves.length === 1 ? 'all' : layerNames(curve.layers)
    return [
      name,
      significant(first),
      significant(top),
      significant(last),
      sparkline(evenly, sparklineColumns, [0, top]),
    ]
  })
  const hidden = curves.length - shown.length
  const multipliers = multipliersText(config)
  const rates = `${rateText(config.learningRate)}${multipliers ? `; multipliers ${multipliers}` : ''}`
  return [
    `${styleText('bold', config.name)}  ${printable(rates)}`,
    `length    ${count(config.epochs, 'epoch')} of ${count(stepsPerEpoch, 'step')}`,
    '',
    ...table(
      [
        { title: 'layers' },
        { title: 'first', align: 'right' },
        { title: 'largest', align: 'right' },
        { title: 'last', align: 'right' },
        { title: 'by epoch' },
      ],
      rows,
    ),
    ...(hidden > 0 ? [styleText('dim', `and ${count(hidden, 'curve')} between them`)] : []),
    '',
  ]
}

function layerNames(layers: readonly string[]): string {
  const first = printable(layers[0]!)
  return layers.length === 1 ? first : `${first} and ${layers.length - 1} more`
}

function extremes(points: RateCurve['points']): { first: number; largest: number; last: number } {
  const largest = points.reduce((most, { rate }) => Math.max(most, rate), 0)
  return { first: points[0]!.rate, largest, last: points.at(-1)!.rate }
}

/** The rates at the middles of `parts` equal parts of the run. */
function evenlySpaced(points: RateCurve['points'], epochs: number, parts: number): number[] {
  return Array.from({ length: parts }, (_, part) => {
    const middle = ((part + 0.5) * epochs) / parts
    return points.findLast(({ epoch }) => epoch <= middle)!.rate
  })
}
