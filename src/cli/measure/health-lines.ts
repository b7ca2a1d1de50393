import { styleText } from 'node:util'
import { isAlarming, type LayerHealth } from '../../measure/health.js'
import type { CheckpointSeries } from '../../measure/series-measurement.js'
import { summaryOf } from '../../measure/summary.js'
import { cosineDistance, count, decimals, significant } from '../../numbers.js'
import { printable } from '../../printable.js'
import { table } from '../terminal/table.js'

/**
 * The layers of a series, or groups of them, in a table, the last checkpoint beside the first, and a summary.
 *
 * @param most the most layers in the table, those that are unusual before the others
 */
export function healthLines(series: CheckpointSeries, most = Infinity): string[] {
  const { origin, checkpoints, hasSteps, by, layers, notes } = series
  const unit = by === 'group' ? 'group' : 'layer'
  const [first, last] = [checkpoints[0]!, checkpoints.at(-1)!]
  const where = hasSteps ? `, steps ${count(first.step)} to ${count(last.step)}` : ''
  const start = origin === first.path ? 'the first checkpoint' : printable(origin)
  const shown = chosen(layers, most)
  const rows = shown.map((layer) => [
    printable(layer.name),
    layer.shape.map((size) => (by === 'group' ? count(size) : size)).join(' × '),
    cosineDistance(layer.rotation),
    degrees(layer.angle),
    Number.isNaN(layer.relativeUpdate) ? '–' : significant(layer.relativeUpdate),
    Number.isNaN(layer.norm.last) ? '–' : significant(layer.norm.last),
    Number.isNaN(layer.norm.last / layer.norm.first) ? '–' : significant(layer.norm.last / layer.norm.first),
    layer.condition === null ? '' : styleText(isAlarming(layer.condition) ? 'red' : 'yellow', layer.condition),
  ])
  const columns = [
    { title: unit },
    { title: by === 'group' ? 'weights' : 'shape' },
    { title: 'rotation', align: 'right' },
    { title: 'angle', align: 'right' },
    { title: 'update', align: 'right' },
    { title: 'norm', align: 'right' },
    { title: 'of first', align: 'right' },
    { title: '' },
  ] as const
  return [
    `${count(checkpoints.length, 'checkpoint')}${where}, ${count(layers.length, unit)}`,
    '',
    ...table(columns, rows),
    ...(shown.length < layers.length ? [`… and ${count(layers.length - shown.length)} more`] : []),
    '',
    `rotation  ${summaryOf(layers)}`,
    ...notes.map((note) => `note      ${printable(note)}`),
    `rotation: cosine distance to ${start}; angle and update (‖Δw‖/‖w‖): since the one before`,
  ]
}

function chosen(layers: readonly LayerHealth[], most: number): readonly LayerHealth[] {
  if (layers.length <= most) return layers
  const [unusual, usual] = [true, false].map((is) => layers.filter(({ condition }) => (condition !== null) === is))
  const taken = new Set([...unusual!, ...usual!].slice(0, most))
  return layers.filter((layer) => taken.has(layer))
}

const degrees = (angle: number): string => (Number.isNaN(angle) ? '–' : `${decimals((angle * 180) / Math.PI, 2)}°`)
