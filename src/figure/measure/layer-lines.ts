import type { TopLevelSpec } from 'vega-lite'
import type { CheckpointSeries } from '../../measure/series-measurement.js'
import { count } from '../../numbers.js'
import type { ValueScale } from '../curves.js'
import { layerLegend } from '../layer-legend.js'
import { mostLayers } from '../layer-panels.js'
import { layerExtent, layerScheme, quietInk } from '../theme.js'
import { thin } from '../thin.js'
import { stepAxis } from './step-axis.js'

export interface LayerLinesOptions {
  /** The values of a layer, [checkpoints]; what is not finite is not drawn. */
  values: (layer: string) => ArrayLike<number>
  /** The title of the y axis. */
  title: string
  /** Chooses the scale from the values that are drawn; a logarithmic one leaves out those that are not positive. */
  scale: (values: readonly number[]) => ValueScale
  /** The value of a dashed line. */
  guide?: number
}

/** A quantity of the layers by checkpoint. */
interface LayerLines {
  spec: TopLevelSpec
  /** Sentences on what is not drawn; empty if everything is. */
  remark: string
  scale: ValueScale
}

interface Point {
  step: number
  value: number
  /** 0 for the first layer, 1 for the last. */
  depth: number
  /** The points of a line; the next one follows where a layer has no value. */
  line: number
  isAlone: boolean
}

/** The most checkpoints that are drawn. */
const mostCheckpoints = 300

/** The most checkpoints whose points are marked on the lines. */
const markedCheckpoints = 20

/**
 * A line for each layer by checkpoint, from the first layer (violet) to the last (yellow). The points are visible if they are few,
 * and where a layer has no neighbouring value. Undefined if no layer has a value.
 */
export function layerLines(series: CheckpointSeries, options: LayerLinesOptions): LayerLines | undefined {
  const { table, hasSteps } = series
  const { layers } = table
  const rows = thin(table.steps.length, mostCheckpoints)
  const drawn = thin(layers.length, mostLayers)
  const columns = drawn.map((index) => ({
    depth: index / Math.max(1, layers.length - 1),
    values: options.values(layers[index]!),
  }))
  const finite = columns.flatMap(({ values }) => rows.map((row) => values[row]!).filter(Number.isFinite))
  if (finite.length === 0) return undefined
  const scale = options.scale(finite)
  const isShown = (value: number) => Number.isFinite(value) && (scale.type === 'linear' || value > 0)
  const points = columns.flatMap(({ depth, values }) =>
    pointsOf(
      rows.map((row) => ({ step: table.steps[row]!, value: values[row]! })),
      depth,
      isShown,
    ),
  )
  const marked = rows.length <= markedCheckpoints ? points : points.filter(({ isAlone }) => isAlone)
  const x = stepAxis(Array.from(table.steps), hasSteps)
  const y = {
    field: 'value',
    type: 'quantitative' as const,
    scale: { type: scale.type, domain: scale.domain, nice: scale.type === 'linear' && scale.ticks === undefined },
    axis: scale.ticks
      ? { title: options.title, values: scale.ticks, format: '~g' }
      : { title: options.title, tickCount: 6 },
  }
  const color = {
    field: 'depth',
    type: 'quantitative' as const,
    scale: { domain: [0, 1], scheme: { name: layerScheme, extent: layerExtent }, nice: false },
    legend: layerLegend(layers, height),
  }
  const guide =
    options.guide === undefined
      ? []
      : [
          {
            data: { values: [{ value: options.guide }] },
            mark: { type: 'rule' as const, color: quietInk, strokeDash: [4, 3], strokeWidth: 1.2 },
            encoding: { y },
          },
        ]
  const lines = {
    data: { values: points },
    mark: { type: 'line' as const, strokeWidth: drawn.length > 40 ? 0.9 : 1.6 },
    encoding: {
      x,
      y,
      detail: [
        { field: 'depth', type: 'nominal' as const },
        { field: 'line', type: 'nominal' as const },
      ],
      color,
    },
  }
  const dots = {
    data: { values: marked },
    mark: { type: 'point' as const, filled: true, opacity: 1, size: drawn.length > 40 ? 9 : 20 },
    encoding: { x, y, color },
  }
  return {
    spec: { width, height, layer: [...guide, lines, ...(marked.length > 0 ? [dots] : [])] },
    remark: remarkOn(series, {
      drawn: drawn.length,
      rows: rows.length,
      shown: new Set(points.map(({ depth }) => depth)).size,
      scale,
    }),
    scale,
  }
}

const [width, height] = [400, 250]

/** The points of a layer that are shown, which make a new line after each gap. */
function pointsOf(
  values: readonly { step: number; value: number }[],
  depth: number,
  isShown: (value: number) => boolean,
): Point[] {
  const shownAt = (i: number) => values[i] !== undefined && isShown(values[i].value)
  let line = 0
  return values.flatMap(({ step, value }, i) => {
    if (!shownAt(i)) return []
    if (!shownAt(i - 1)) line++
    return [{ step, value, depth, line, isAlone: !shownAt(i - 1) && !shownAt(i + 1) }]
  })
}

function remarkOn(
  { table }: CheckpointSeries,
  { drawn, rows, shown, scale }: { drawn: number; rows: number; shown: number; scale: ValueScale },
): string {
  const { layers, steps } = table
  const sentences = [
    drawn < layers.length
      ? `Drawn are ${drawn} of the ${count(layers.length)} layers, evenly spread over their order.`
      : '',
    rows < steps.length ? `Drawn are ${rows} of the ${count(steps.length)} checkpoints, evenly spread.` : '',
    shown < drawn
      ? `${count(drawn - shown, 'layer')} ${drawn - shown === 1 ? 'has' : 'have'} no ${scale.type === 'log' ? 'positive ' : ''}value and ${drawn - shown === 1 ? 'is' : 'are'} not drawn.`
      : '',
  ]
  return sentences
    .filter(Boolean)
    .map((sentence) => ` ${sentence}`)
    .join('')
}
