import type { TopLevelSpec } from 'vega-lite'
import { fitLabels, widthOf } from './fit-text.js'
import { textWidth } from './theme.js'

/** A layer of a panel. */
type PanelLayer = Extract<TopLevelSpec, { layer: unknown }>['layer'][number]

/** The place of a panel among others on the same axes. */
export interface Frame {
  /** Pixels within the axes. */
  width: number
  height: number
  /** True if there is no other panel. */
  single: boolean
  /** The axis below the panel, which has its title in the lowest panels only. */
  xAxis: <Axis extends { title: unknown }>(axis: Axis) => Axis
  /** The axis beside the panel; grid lines alone but in the leftmost panels. */
  yAxis: <Axis extends { title: unknown }>(axis: Axis) => Axis
}

/** The heading of a panel. */
export interface Heading {
  text: string
  /** A shorter text, for panels that are too narrow. */
  short?: string
  /** The part behind the text that is never shortened. */
  end?: string
}

interface PanelGridOptions {
  /** A heading for each panel, which is not shown over a single one. */
  headings: readonly Heading[]
  /** Pixels that axis and legend take beside the panels. */
  beside: number
  /** The least pixels of a panel's height, such as that of the legend. */
  leastHeight?: number
  draw: (panel: number, frame: Frame) => PanelLayer[]
}

/**
 * Panels on the same axes, at most four side by side, with one legend for all. Where headings have a shorter text that is still
 * too long, there are fewer panels side by side.
 */
export function panelGrid({ headings, beside, leastHeight = 140, draw }: PanelGridOptions) {
  const widthIn = (columns: number) => Math.floor((textWidth - beside - spacing.column * (columns - 1)) / columns)
  const roomIn = (columns: number) => (widthIn(columns) + spacing.column - 8) / headingSize
  const most = headings.every(({ short }) => short !== undefined)
    ? ([4, 3].find((columns) => fits(headings, roomIn(columns), 'short')) ?? (headings.length > 6 ? 3 : 2))
    : 4
  const columns = columnsOf(headings.length, most)
  const single = headings.length === 1
  const width = single ? 400 : widthIn(columns)
  const height = single ? 250 : Math.max(leastHeight, Math.min(190, width))
  const fitted = fittedHeadings(headings, roomIn(columns))
  const concat = headings.map((_, panel) => {
    const leftmost = panel % columns === 0
    const lowest = panel + columns >= headings.length
    const layer = draw(panel, {
      width,
      height,
      single,
      xAxis: (axis) => ({ ...axis, title: lowest ? axis.title : null }),
      yAxis: (axis) => (leftmost ? axis : { ...axis, title: null, labels: false, ticks: false, domain: false }),
    })
    return { width, height, layer: single ? layer : [...layer, headingAbove(fitted[panel]!, width)] }
  })
  const shared = { color: 'shared' as const, shape: 'shared' as const, strokeDash: 'shared' as const }
  return { columns, spacing, align: 'all' as const, bounds: 'flush' as const, concat, resolve: { scale: shared } }
}

/** Pixels between panels. */
const spacing = { row: 58, column: 24 }

/** Pixels of the headings of panels. */
const headingSize = 11.5

/** The number of panels in a row: at most `most`, and such that the last row is as full as possible. */
function columnsOf(panels: number, most: number): number {
  const rows = Math.ceil(panels / most)
  return Math.ceil(panels / rows)
}

/** Tells whether all headings are at most `room` em wide. */
const fits = (headings: readonly Heading[], room: number, which: 'text' | 'short'): boolean =>
  headings.every(({ text, [which]: chosen = text, end = '' }) => widthOf(chosen + end) <= room)

function fittedHeadings(headings: readonly Heading[], room: number): string[] {
  const texts = headings.map(({ text, short = text }) => (fits(headings, room, 'text') ? text : short))
  const ends = headings.map(({ end = '' }) => end)
  const widest = ends.reduce((most, end) => Math.max(most, widthOf(end)), 0)
  return fitLabels(texts, room - widest).map((text, i) => text + ends[i]!)
}

/** A heading as a text mark: Vega places panel titles above the axis labels, which only the leftmost panels have. */
function headingAbove(text: string, width: number) {
  const place = { x: width / 2, y: -7, baseline: 'bottom' as const }
  return {
    // The text is data, no expression: Vega would take that of `"constructor"` for an identifier.
    data: { values: [{ text }] },
    mark: { type: 'text' as const, fontSize: headingSize, ...place },
    encoding: { text: { field: 'text', type: 'nominal' as const } },
  }
}
