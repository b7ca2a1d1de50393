import type { TopLevelSpec } from 'vega-lite'
import { fitLabels } from './fit-text.js'
import { textWidth } from './theme.js'

/** A layer of a panel. */
type PanelLayer = Extract<TopLevelSpec, { layer: unknown }>['layer'][number]

interface Axis {
  title: string | null
  [key: string]: unknown
}

/** The place of a panel among others on the same axes. */
export interface Frame {
  /** Pixels within the axes. */
  width: number
  height: number
  /** True if there is no other panel. */
  single: boolean
  /** The axis below the panel, which has its title in the lowest panels only. */
  xAxis: <Settings extends Axis>(axis: Settings) => Settings
  /** The axis beside the panel; grid lines alone but in the leftmost panels. */
  yAxis: <Settings extends Axis>(axis: Settings) => Settings
}

interface PanelGridOptions {
  /** A heading for each panel, which is not shown over a single one. */
  headings: readonly string[]
  /** Pixels that axis and legend take beside the panels. */
  beside: number
  /** The least pixels of a panel's height, such as that of the legend. */
  leastHeight?: number
  draw: (panel: number, frame: Frame) => PanelLayer[]
}

/** Panels on the same axes, at most four side by side, with one legend for all. */
export function panelGrid({ headings, beside, leastHeight = 140, draw }: PanelGridOptions) {
  const columns = columnsOf(headings.length)
  const single = columns === 1
  const width = single ? 400 : Math.floor((textWidth - beside - spacing.column * (columns - 1)) / columns)
  const height = single ? 250 : Math.max(leastHeight, Math.min(190, width))
  const fitted = fitLabels(headings, (width + spacing.column - 8) / headingSize)
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
  const shared = { color: 'shared' as const, shape: 'shared' as const }
  return { columns, spacing, align: 'all' as const, bounds: 'flush' as const, concat, resolve: { scale: shared } }
}

/** Pixels between panels. */
const spacing = { row: 58, column: 24 }

/** Pixels of the headings of panels. */
const headingSize = 11.5

/** The number of panels in a row: at most four, and such that the last row is as full as possible. */
function columnsOf(panels: number): number {
  const rows = Math.ceil(panels / 4)
  return Math.ceil(panels / rows)
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
