import { fitLabels } from './fit-text.js'
import { labelExpression } from './label-expression.js'
import { longestLabel } from './run-labels.js'

/** The most layers that are named; more of them get a colour bar. */
const namedLayers = 12

/**
 * The legend of the colours from the first layer (0) to the last (1).
 *
 * @param names undefined if the networks differ, which gives a colour bar without numbers
 * @param height pixels of the panel beside it
 */
export function layerLegend(names: readonly string[] | undefined, height: number) {
  if (names === undefined || names.length > namedLayers) {
    const { values, labelExpr } = names === undefined ? ends : indexTicks(names.length)
    return { type: 'gradient' as const, title: 'layer', gradientLength: Math.min(height - 24, 150), values, labelExpr }
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

const ends = { values: [0, 1], labelExpr: "datum.value == 0 ? 'first' : 'last'" }

/** The ticks of a colour bar at the first layer, the last one, and round numbers between them, counted from 1. */
function indexTicks(depth: number): typeof ends {
  const gap =
    [5, 10, 20, 25, 50, 100, 200, 500].find((gap) => depth / gap <= 5) ?? 10 ** Math.ceil(Math.log10(depth / 5))
  const between = Array.from({ length: Math.ceil(depth / gap) }, (_, i) => i * gap)
    // The numbers of neighbours must not touch.
    .filter((index) => index > gap / 2 && depth - index > gap / 2)
  const values = [1, ...between, depth].map((index) => (index - 1) / (depth - 1))
  return { values, labelExpr: `format(round(datum.value * ${depth - 1}) + 1, ',d')` }
}
