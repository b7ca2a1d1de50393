import type { TopLevelSpec } from 'vega-lite'

/** Widths of whole figures in CSS pixels, 96 per inch: 336 fills a column of a two-column paper. */
export const columnWidth = 336
export const textWidth = 672

/** The family of the shipped font, and fallbacks for a browser. */
export const fontFamily = 'Inter, Helvetica, Arial, sans-serif'

export const ink = '#222222'
export const quietInk = '#666666'
const gridLine = '#e8e8e8'

/** Colours of ordered curves (rates, widths …), dark to light: distinguishable in grey and without red-green vision. */
export const orderedScheme = { name: 'plasma' as const, extent: [0, 0.83] }
/**
 * Colours of curves without an order: Okabe and Ito's palette without black, the colour of text, and yellow, invisible
 * on white.
 */
export const unorderedColours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9']
/** The colours from the first layer (violet) to the last (yellow), as in the paper. */
export const layerScheme = 'viridis'
/** The part of `layerScheme` in use, without the brightest yellow, which is hardly visible on white. */
export const layerExtent: [number, number] = [0, 0.95]

/** Texts have no limits here: Vega would cut them by a guess of their width, and `fitText` knows it. */
export const config: NonNullable<TopLevelSpec['config']> = {
  aria: false,
  background: 'white',
  font: fontFamily,
  padding: 4,
  view: { stroke: null },
  axis: {
    domainColor: ink,
    grid: true,
    gridColor: gridLine,
    labelColor: ink,
    labelFontSize: 10.5,
    labelFontWeight: 'normal',
    labelLimit: 0,
    tickColor: ink,
    tickSize: 4,
    titleColor: ink,
    titleFontSize: 11.5,
    titleFontWeight: 'normal',
    titlePadding: 6,
  },
  axisX: { grid: false, labelFlush: false, labelOverlap: 'parity' },
  header: { labelFontSize: 11.5, labelFontWeight: 'normal', labelColor: ink },
  legend: {
    labelColor: ink,
    labelFontSize: 10.5,
    labelLimit: 0,
    titleColor: ink,
    titleFontSize: 10.5,
    titleFontWeight: 'normal',
    symbolStrokeWidth: 1.8,
    offset: 10,
    // Vega-Lite passes this option on to Vega, although its types do not have it.
    layout: { top: { direction: 'vertical', anchor: 'start', margin: 3 } } as never,
  },
  line: { strokeWidth: 1.6, strokeJoin: 'round', strokeCap: 'butt' },
  text: { fontSize: 10.5, color: ink },
  title: { anchor: 'middle', color: ink, fontSize: 11.5, fontWeight: 'normal', offset: 6 },
}
