import { fitLabels } from './fit-text.js'
import { labelExpression } from './label-expression.js'
import { longestLabel } from './run-labels.js'

/** The most layers that are named; more of them get a colour bar. */
const namedLayers = 10

/**
 * The legend of the colours from the first layer (0) to the last (1).
 *
 * @param names undefined if the networks differ, which gives a colour bar
 * @param height pixels of the panel beside it
 */
export function layerLegend(names: readonly string[] | undefined, height: number) {
  if (names === undefined || names.length > namedLayers) {
    const labelExpr = "datum.value == 0 ? 'first' : 'last'"
    return {
      type: 'gradient' as const,
      title: 'layer',
      gradientLength: Math.min(height - 24, 150),
      values: [0, 1],
      labelExpr,
    }
  }
  const depth = names.length
  return {
    type: 'symbol' as const,
    symbolType: 'stroke' as const,
    title: 'layer',
    values: names.map((_, i) => i / Math.max(1, depth - 1)),
    labelExpr: labelExpression(fitLabels(names, longestLabel), `round(datum.value * ${depth - 1})`),
  }
}
