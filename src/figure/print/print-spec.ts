import type { TopLevelSpec } from 'vega-lite'
import { fitLabels, fitText } from '../fit-text.js'
import { guideDash, meaningsOf, type GuideMeaning } from '../guide-dash.js'
import { layerLegend } from '../layer-legend.js'
import { stepAxis } from '../measure/step-axis.js'
import { eachRun, runColour } from '../run-colour.js'
import { longestLabel, type RunLabels } from '../run-labels.js'
import { layerExtent, layerScheme, ink, quietInk } from '../theme.js'
import type { Point } from './curves.js'
import { besideLegendText, legendColumns } from './legend-columns.js'
import { lines, smallSize } from './print-theme.js'
import type { PrintScale } from './print-scale.js'
import type { Over } from './records.js'

/** A curve and its colour: the depth of a layer, 0 … 1, or the place of a run in their order; undefined for a curve of all layers. */
export interface PrintCurve {
  colour: number | undefined
  points: readonly Point[]
}

export interface PrintGuide {
  meaning: GuideMeaning
  points: readonly { at: number; value: number }[]
}

export interface PrintPanel {
  heading: string | undefined
  /** The title of the vertical axis, and shorter ones. */
  titles: readonly string[]
  scale: PrintScale
  curves: readonly PrintCurve[]
  guides: readonly PrintGuide[]
}

/** The meaning of the colours. */
export type PrintColours =
  /** The names of the layers; undefined if the panels have different ones. */
  { of: 'layers'; names: readonly string[] | undefined } | { of: 'runs'; naming: RunLabels }

export interface PrintContent {
  /** Row by row. */
  panels: readonly PrintPanel[]
  columns: number
  /** True if panels side by side have the same vertical axis. */
  sharesAxis: boolean
  over: Over
  colours: PrintColours
}

/** Sizes in points. */
export interface PrintLayout {
  /** Width and height within the axes of each panel. */
  panel: { width: number; height: number }
  /** The width of the figure. */
  width: number
  fontSize: number
  /** The width of a text at a size of 1. */
  widthOf: (text: string) => number
}

const quantitative = 'quantitative' as const

/** The most curves whose lines are of full width. */
const mostBold = 40
/** The most curves whose bands can be told apart. */
const mostBands = 8

/** The specification of a figure in points. */
export function printSpec(content: PrintContent, layout: PrintLayout): TopLevelSpec {
  const { panels, columns, sharesAxis } = content
  const { panel, fontSize, widthOf } = layout
  const x = horizontal(content, layout)
  const meanings = meaningsOf(panels.flatMap(({ guides }) => guides))
  const byColour = colourChannel(content.colours, layout)
  const detail = content.colours.of === 'runs' ? eachRun : { field: 'place', type: 'nominal' as const }
  const concat = panels.map(({ heading, titles, scale, curves, guides }, i) => {
    const title = titles.find((text) => widthOf(text) * fontSize <= panel.height) ?? titles.at(-1)!
    const isLeftmost = !sharesAxis || i % columns === 0
    const y = {
      field: 'value',
      type: quantitative,
      scale: {
        type: scale.type,
        domain: scale.domain,
        nice: false,
        ...(scale.type === 'linear' && { zero: false }),
      },
      axis: {
        ...(scale.ticks
          ? { values: scale.ticks, format: '~g' }
          : { tickCount: Math.max(2, Math.floor(panel.height / 22)) }),
        ...(isLeftmost ? { title } : { title: null, labels: false, ticks: false, domain: false }),
      },
    }
    const axis = i + columns >= panels.length ? x.axis : { ...x.axis, title: null }
    const place = { ...x, axis }
    const values = curves.flatMap(({ colour, points }) => rows(points, scale, { place: colour }))
    const strokeWidth = curves.length > mostBold ? lines.fine : lines.curve
    const groups = [detail, { field: 'part', type: 'nominal' as const }]
    const hasBands =
      curves.length <= mostBands && curves.some(({ points }) => points.some(({ low, high }) => low < high))
    const color = curves.some(({ colour }) => colour !== undefined) ? byColour : { value: ink }
    const alone = values.filter(({ isAlone }) => isAlone)
    return {
      ...panel,
      layer: [
        ...(hasBands
          ? [
              {
                data: { values },
                mark: { type: 'area' as const, clip: true, opacity: 0.2 },
                encoding: { x: place, y: { ...y, field: 'low' }, y2: { field: 'high' }, detail: groups, color },
              },
            ]
          : []),
        {
          data: { values },
          mark: { type: 'line' as const, clip: true, strokeWidth },
          encoding: { x: place, y, detail: groups, color },
        },
        ...(alone.length > 0
          ? [
              {
                data: { values: alone },
                mark: { type: 'point' as const, filled: true, opacity: 1, size: 6 },
                encoding: { x: place, y, color },
              },
            ]
          : []),
        ...guides.map(({ meaning, points }) => ({
          data: { values: rows(points, scale) },
          mark: { type: 'line' as const, clip: true, color: quietInk, strokeWidth: lines.guide },
          encoding: { x: place, y, strokeDash: guideDash(meaning, meanings, { orient: 'bottom', columns: 2 }) },
        })),
        ...(heading === undefined ? [] : [headingAbove(heading, panel.width, fontSize)]),
      ],
    }
  })
  const shared = { color: 'shared' as const, strokeDash: 'shared' as const }
  const spacing = { row: fontSize, column: sharesAxis ? fontSize : 1.25 * fontSize }
  return { columns, spacing, align: 'each', bounds: 'full', concat, resolve: { scale: shared } }
}

function horizontal({ panels, over }: PrintContent, { panel }: PrintLayout) {
  const ticks = Math.max(2, Math.floor(panel.width / 32))
  const at = panels.flatMap(({ curves }) => curves.flatMap(({ points }) => points.map((point) => point.at)))
  if (over === 'step') {
    const channel = stepAxis(
      [...new Set(at)].sort((a, b) => a - b),
      true,
    )
    const axis = 'values' in channel.axis ? channel.axis : { ...channel.axis, tickCount: ticks }
    return { ...channel, field: 'at', axis }
  }
  const last = at.reduce((a, b) => Math.max(a, b), 1)
  return {
    field: 'at',
    type: quantitative,
    scale: { domain: [0, last], nice: false },
    axis: { title: 'epoch', tickCount: ticks, tickMinStep: 1, format: ',d' },
  }
}

function colourChannel(colours: PrintColours, { panel, width, fontSize, widthOf }: PrintLayout) {
  const size = smallSize(fontSize)
  // The legend begins below the vertical axis.
  const room = width - 4 * fontSize
  const fitted = (texts: readonly string[]) =>
    fitLabels(texts, Math.min(longestLabel, (room - besideLegendText) / size))
  const columnsFor = (labels: readonly string[]) =>
    legendColumns(
      labels.map((label) => widthOf(label) * size),
      room,
    )
  if (colours.of === 'runs') {
    const naming = { ...colours.naming, labels: fitted(colours.naming.labels) }
    if (naming.labels.length === 1) return runColour(naming, null)
    const isTitled = naming.title !== 'run' && naming.title !== ''
    const settings = { orient: 'bottom' as const, columns: columnsFor(naming.labels), titleOrient: 'top' as const }
    const channel = runColour({ ...naming, title: fitText(naming.title, room / size) }, settings)
    return isTitled ? channel : { ...channel, legend: { ...channel.legend, title: null } }
  }
  const names = colours.names && fitted(colours.names)
  const legend = layerLegend(names, panel.height)
  return {
    field: 'place',
    type: quantitative,
    scale: { domain: [0, 1], scheme: { name: layerScheme, extent: layerExtent }, nice: false },
    legend:
      legend.type === 'symbol'
        ? { ...legend, title: null, orient: 'bottom' as const, columns: columnsFor(names ?? []) }
        : { ...legend, gradientLength: Math.max(30, panel.height - 1.6 * fontSize) },
  }
}

/** The rows of a curve that can be drawn; a new part begins behind each gap. */
function rows<Fields extends object>(
  points: readonly { at: number; value: number; low?: number; high?: number }[],
  { type, least }: PrintScale,
  fields?: Fields,
) {
  const isShown = (i: number) => {
    const value = points[i]?.value ?? NaN
    return Number.isFinite(value) && (type === 'linear' || value > 0)
  }
  let part = 0
  return points.flatMap((point, i) => {
    if (!isShown(i)) return []
    if (!isShown(i - 1)) part++
    const isAlone = !isShown(i - 1) && !isShown(i + 1)
    const { at, value, low = value, high = value } = point
    const number = (value: number) => Number(Math.max(value, type === 'log' ? least : -Infinity).toPrecision(7))
    return [{ ...(fields as Fields), at, value: number(value), low: number(low), high: number(high), part, isAlone }]
  })
}

function headingAbove(text: string, width: number, fontSize: number) {
  const place = { x: width / 2, y: -0.4 * fontSize, baseline: 'bottom' as const }
  return {
    // The text is data, no expression: Vega would take that of `"constructor"` for an identifier.
    data: { values: [{ text }] },
    mark: { type: 'text' as const, fontSize, ...place },
    encoding: { text: { field: 'text', type: 'nominal' as const } },
  }
}
