import type { StudyAxis } from '../../study/study-axes.js'
import { fitLabels, fitText, widthOf } from '../fit-text.js'
import { labelExpression, titleExpression } from '../label-expression.js'
import { ink, layerExtent, layerScheme, unorderedColours } from '../theme.js'
import { thin } from '../thin.js'

/** The most entries of a legend; of more values, some are named. */
const mostEntries = 12

/** The most values that a colour bar names. */
const namedInBar = 5

/** The widest label of a legend in em. */
const widestLabel = 14

/** The area of a legend's symbols in square pixels, whatever that of the points is. */
const symbolSize = 60

/** Pixels of a legend's text. */
const textSize = 10.5

/** Pixels from one entry to the next. */
const entryHeight = 14.5

/**
 * The colour of each value of an axis, of which the data give the place as `colour`: distinct hues for few names; viridis for
 * numbers in their order, and for many names.
 */
export function axisColour(axis: StudyAxis, symbolType: 'stroke' | 'circle') {
  const { values, isNumeric } = axis
  const places = values.map((_, place) => place)
  const last = places.length - 1
  const hues = !isNumeric && values.length <= unorderedColours.length
  const scheme = { name: layerScheme, extent: layerExtent } as const
  const { title: text, named, labels } = axisLegend(axis)
  const title = titleExpression(text)
  const labelExpr = labelExpression(labels, `indexof(${JSON.stringify(named)}, datum.value)`)
  // A bar has the largest number at its top, so a list begins with it, too.
  const entries = isNumeric ? named.toReversed() : named
  if (isNumeric && values.length > mostEntries) {
    const scale = { domain: [0, last], scheme, nice: false }
    return {
      field: 'colour',
      type: 'quantitative' as const,
      scale,
      legend: { title, values: named, labelExpr, gradientLength: 150 },
    }
  }
  const scale = hues ? { domain: places, range: unorderedColours.slice(0, places.length) } : { domain: places, scheme }
  const legend = { title, values: entries, labelExpr, symbolType, symbolOpacity: 1, symbolSize }
  return { field: 'colour', type: 'nominal' as const, scale, legend }
}

/** The shape of each value of an axis, of which the data give the place as `shape`. */
export function axisShape(axis: StudyAxis) {
  const { title: text, named, labels } = axisLegend(axis)
  const title = titleExpression(text)
  const labelExpr = labelExpression(labels, `indexof(${JSON.stringify(named)}, datum.value)`)
  const scale = { domain: named, range: shapes.slice(0, named.length) }
  const legend = { title, labelExpr, symbolFillColor: ink, symbolStrokeColor: ink, symbolSize }
  return { field: 'shape', type: 'nominal' as const, scale, legend }
}

export const shapes = ['circle', 'square', 'triangle-up', 'diamond', 'cross', 'triangle-down']

interface AxisLegend {
  title: string
  /** The places of the values that are named, and their labels. */
  named: number[]
  labels: string[]
}

function axisLegend({ title, values, labels, isNumeric }: StudyAxis): AxisLegend {
  const most = values.length <= mostEntries ? mostEntries : isNumeric ? namedInBar : mostEntries
  const named = thin(values.length, most)
  const fitted = fitLabels(labels, widestLabel)
  return { title: fitText(title, widestLabel), named, labels: named.map((place) => fitted[place]!) }
}

/** The pixels that the legends of some axes take beside a panel. */
export function legendSize(axes: readonly StudyAxis[]): { width: number; height: number } {
  const legends = axes.map(axisLegend)
  const width = legends.flatMap(({ title, labels }) => [widthOf(title), ...labels.map((label) => widthOf(label) + 2)])
  const entries = legends.reduce((sum, { named }) => sum + named.length + 2, 0)
  return { width: Math.ceil(width.reduce((a, b) => Math.max(a, b), 0) * textSize), height: entries * entryHeight }
}
