import type { TopLevelSpec } from 'vega-lite'
import type { RotationTable } from '../rotation/rotation-table.js'
import { epochChannel } from './epoch-channel.js'
import { layerLegend } from './layer-legend.js'
import { guideDash, meaningsOf, type GuideMeaning } from './guide-dash.js'
import { panelGrid, type Frame, type Heading } from './panel-grid.js'
import { rotationTitle, rotationValue, shortRotationTitle } from './rotation-axis.js'
import { rotationMarks, type RotationMark } from './rotation-marks.js'
import { layerExtent, layerScheme, quietInk } from './theme.js'
import { thin } from './thin.js'

/** The most layers that are drawn in a panel of 250 pixels, evenly spread over the depth. */
export const mostLayers = 200

interface LayerPoint {
  layer: string
  /** 0 for the first layer, 1 for the last. */
  depth: number
  epoch: number
  rotation: number
}

/** A dashed grey line, which the legend explains. */
export interface Guide {
  meaning: GuideMeaning
  points: readonly { epoch: number; rotation: number }[]
}

/** A panel with a line for each layer. */
interface LayerPanel {
  heading: Heading
  lines: readonly LayerPoint[]
  guides: readonly Guide[]
  /** Numbers of others, over the lines. */
  marks?: readonly RotationMark[]
}

interface LayerPanelsOptions {
  /** The names of the layers; undefined if the panels have different ones, which gives a colour bar. */
  layers: readonly string[] | undefined
  /** The most layers of a panel. */
  depth: number
  /** The last epoch of the axis. */
  epochs: number
  /** The range of the rotation axis. */
  domain: [number, number]
  /** The title of the x axis; by default 'epoch'. */
  unit?: string
}

/** The rotation of every layer by epoch, from the first layer (violet) to the last (yellow), in panels on the same axes. */
export function layerPanels(
  panels: readonly LayerPanel[],
  { layers, depth, epochs, domain, unit = 'epoch' }: LayerPanelsOptions,
): TopLevelSpec {
  const headings = panels.map(({ heading }) => heading)
  const meanings = meaningsOf(panels.flatMap(({ guides }) => guides))
  const draw = (panel: number, frame: Frame) => {
    const { height, single, yAxis } = frame
    const { lines, guides, marks = [] } = panels[panel]!
    const axes = {
      x: epochChannel(epochs, frame, unit),
      y: {
        field: 'rotation',
        type: quantitative,
        scale: { domain, nice: false },
        axis: yAxis({ title: single ? rotationTitle : shortRotationTitle, tickCount: 5 }),
      },
    }
    const scale = { domain: [0, 1], scheme: { name: layerScheme, extent: layerExtent }, nice: false }
    const color = { field: 'depth', type: quantitative, scale, legend: layerLegend(layers, height) }
    const curves = {
      data: { values: [...lines] },
      mark: { type: 'line' as const, strokeWidth: depth > 40 ? 0.9 : 1.6 },
      // Layers are told apart by their depth: Vega keeps groups in an object by their names, of which none may be `__proto__`.
      encoding: { ...axes, detail: { field: 'depth', type: 'nominal' as const }, color },
    }
    const dashed = guides.map(({ meaning, points }) => ({
      data: { values: [...points] },
      mark: { type: 'line' as const, color: quietInk, strokeWidth: 1.2 },
      encoding: { ...axes, strokeDash: guideDash(meaning, meanings) },
    }))
    return [curves, ...dashed, ...rotationMarks(marks, axes)]
  }
  return panelGrid({ headings, beside: meanings.length > 0 ? besideGuides : besideLayers, draw })
}

/** Pixels of the rotation axis and the legend of the layers. */
const besideLayers = 132
/** The same with the legend of the dashed lines, whose words are longer than most names. */
const besideGuides = 150

/**
 * The points of a table's lines, one for each layer and row.
 *
 * @param rows indices of the epochs in the table
 * @param most the most layers, evenly spread over the depth
 */
export function layerPoints(rotation: RotationTable, rows: readonly number[], most = mostLayers): LayerPoint[] {
  const { layers, epochs } = rotation
  return thin(layers.length, most).flatMap((index) => {
    const layer = layers[index]!
    const values = rotation.layer(layer)
    const depth = index / Math.max(1, layers.length - 1)
    return rows.map((i) => ({ layer, depth, epoch: epochs[i] ?? 0, rotation: rotationValue(values[i] ?? 0) }))
  })
}

/** The layers of tables; undefined if they have different ones. */
export function commonLayers(tables: readonly RotationTable[]): readonly string[] | undefined {
  const [first, ...others] = tables.map(({ layers }) => layers)
  return others.every((layers) => layers.join() === first?.join()) ? (first ?? []) : undefined
}

const quantitative = 'quantitative' as const
