import { labelExpression } from './label-expression.js'
import type { RunLabels } from './run-labels.js'
import { orderedScheme, unorderedColours } from './theme.js'

/** The most runs that a legend names; of more, a colour bar names the first and the last. */
const namedRuns = 24

interface LegendSettings {
  /** The place of the legend; beside the panel if absent. */
  orient?: 'top' | 'bottom'
  columns?: number
  titleOrient?: 'left' | 'top'
}

/**
 * The colours of the runs: distinct hues, or dark to light if the labels are numbers or too many for hues. The data give each
 * run's place in the order as `place`: Vega keeps groups in an object by their names, of which none may be `__proto__`.
 *
 * @param legend further settings of the legend; null for none
 */
export function runColour({ title, labels, ordered, order }: RunLabels, legend: LegendSettings | null) {
  const names = order.map((i) => labels[i]!)
  const domain = names.map((_, place) => place)
  const last = names.length - 1
  if (names.length > namedRuns) {
    const labelExpr = labelExpression([names[0]!, names[last]!], 'datum.value == 0 ? 0 : 1')
    return {
      field: 'place',
      type: 'quantitative' as const,
      // Vega draws an upright bar from the bottom, so a reversed scale puts the first run at the top, as lists do.
      scale:
        legend?.orient !== undefined
          ? { domain: [0, last], scheme: orderedScheme, nice: false }
          : { domain: [last, 0], scheme: orderedScheme, reverse: true, nice: false },
      legend: legend && { ...legend, title, values: [0, last], labelExpr, gradientLength: 150 },
    }
  }
  const continuous = ordered || names.length > unorderedColours.length
  return {
    field: 'place',
    type: 'nominal' as const,
    scale:
      continuous && names.length > 1
        ? { domain, scheme: orderedScheme }
        : { domain, range: unorderedColours.slice(0, names.length) },
    legend: legend && {
      ...legend,
      title,
      symbolType: 'stroke' as const,
      labelExpr: labelExpression(names, 'datum.value'),
    },
  }
}

/** Groups the rows of the same run: a colour bar's colours do not. */
export const eachRun = { field: 'place', type: 'nominal' as const }
