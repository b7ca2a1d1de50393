import { styleText } from 'node:util'
import type { LayerHealth } from '../../measure/health.js'
import type { CheckpointSeries } from '../../measure/measure-checkpoints.js'
import { cosineDistance, count, decimals, significant } from '../../numbers.js'
import { printable } from '../../printable.js'
import { knownMean } from '../../rotation/mean.js'
import { table } from '../terminal/table.js'

/** The layers of a series in a table, the last checkpoint beside the first, and a summary. */
export function healthLines(series: CheckpointSeries): string[] {
  const { checkpoints, hasSteps, layers, notes } = series
  const [first, last] = [checkpoints[0]!, checkpoints.at(-1)!]
  const where = hasSteps ? `, steps ${count(first.step)} to ${count(last.step)}` : ''
  const rows = layers.map((layer) => [
    printable(layer.name),
    layer.shape.join(' × '),
    cosineDistance(layer.rotation),
    degrees(layer.angle),
    Number.isNaN(layer.relativeUpdate) ? '–' : significant(layer.relativeUpdate),
    Number.isNaN(layer.norm.last) ? '–' : significant(layer.norm.last),
    Number.isNaN(layer.norm.last / layer.norm.first) ? '–' : significant(layer.norm.last / layer.norm.first),
    layer.condition === null ? '' : styleText(alarming.has(layer.condition) ? 'red' : 'yellow', layer.condition),
  ])
  const columns = [
    { title: 'layer' },
    { title: 'shape' },
    { title: 'rotation', align: 'right' },
    { title: 'angle', align: 'right' },
    { title: 'update', align: 'right' },
    { title: 'norm', align: 'right' },
    { title: 'of first', align: 'right' },
    { title: '' },
  ] as const
  return [
    `${count(checkpoints.length, 'checkpoint')}${where}, ${count(layers.length, 'layer')}`,
    '',
    ...table(columns, rows),
    '',
    `rotation  ${summaryOf(layers)}`,
    ...notes.map((note) => `note      ${printable(note)}`),
    'rotation: cosine distance to the first checkpoint; angle and update (‖Δw‖/‖w‖): since the one before',
  ]
}

const alarming: ReadonlySet<string> = new Set(['missing', 'not finite', 'zero'])

const degrees = (angle: number): string => (Number.isNaN(angle) ? '–' : `${decimals((angle * 180) / Math.PI, 2)}°`)

/** `0.412 on average, 0.031 (conv0) to 0.907 (dense); 2 frozen`. */
function summaryOf(layers: readonly LayerHealth[]): string {
  const known = layers.filter(({ rotation }) => !Number.isNaN(rotation))
  const conditions = new Map<string, number>()
  for (const { condition } of layers) {
    if (condition !== null) conditions.set(condition, (conditions.get(condition) ?? 0) + 1)
  }
  const counted = [...conditions].map(([condition, number]) => `; ${number} ${condition}`).join('')
  if (known.length === 0) return `none is known${counted}`
  const least = known.reduce((a, b) => (b.rotation < a.rotation ? b : a))
  const most = known.reduce((a, b) => (b.rotation > a.rotation ? b : a))
  const { mean } = knownMean(known.map(({ rotation }) => rotation))
  const named = ({ name, rotation }: LayerHealth) => `${cosineDistance(rotation)} (${printable(name)})`
  return `${cosineDistance(mean)} on average, ${named(least)} to ${named(most)}${counted}`
}
