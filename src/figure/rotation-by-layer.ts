import type { Run } from '../run/open-run.js'
import type { FigureSource } from './figure.js'
import { layerLegend } from './layer-legend.js'
import { randomWalkLine } from './random-walk-line.js'
import { rotationDomain, rotationTitle, rotationValue, shortRotationTitle } from './rotation-axis.js'
import { fitLabels } from './fit-text.js'
import { labelRuns } from './run-labels.js'
import { drawnSeries, epochsReached, type Series } from './series.js'
import { targetLines } from './target-lines.js'
import { layerExtent, layerScheme, quietInk, textWidth } from './theme.js'
import { thin } from './thin.js'

/**
 * The figure of every layer's rotation by epoch, from the first layer (violet) to the last (yellow), with one panel for each
 * run. If Layca turns all layers by the same angle, a dashed grey line shows the random walk of such steps.
 */
export function rotationByLayer(runs: readonly Run[]): FigureSource {
  const naming = labelRuns(runs)
  const { series, remark } = drawnSeries(runs, naming, mostPanels)
  const depth = runs.reduce((most, { rotation }) => Math.max(most, rotation.layers.length), 1)
  const columns = columnsOf(series.length)
  const single = columns === 1
  const width = single ? 400 : Math.floor((textWidth - 132 - columnGap * (columns - 1)) / columns)
  const height = single ? 250 : Math.max(140, Math.min(190, width))
  const headings = fitLabels(
    series.map(({ label }) => (naming.ordered ? `${naming.title} ${label}` : label)),
    (width + 16) / headingSize,
  )

  const scale = { domain: [0, 1], scheme: { name: layerScheme, extent: layerExtent }, nice: false }
  const color = { field: 'depth', type: quantitative, scale, legend: layerLegend(commonLayers(runs, depth), height) }
  const x = { field: 'epoch', type: quantitative, scale: { domain: [0, epochsReached(runs)], nice: false } }
  const y = { field: 'rotation', type: quantitative, scale: { domain: rotationDomain(runs), nice: false } }
  const yAxis = { title: single ? rotationTitle : shortRotationTitle, tickCount: 5 }
  const limit = single ? 300 : 120
  const rowsOf = ({ run: { rotation } }: Series) => thin(rotation.epochs.length, limit)
  const walks = series.map((one) => randomWalkLine(one.run, rowsOf(one)))
  const targets = series.map((one) => targetLines(one.run, rowsOf(one)))
  const panels = series.map((one, position) => {
    const leftmost = position % columns === 0
    const lowest = position + columns >= series.length
    const axes = {
      x: { ...x, axis: { title: lowest ? 'epoch' : null, tickCount: single ? 10 : 4 } },
      y: { ...y, axis: leftmost ? yAxis : { tickCount: 5, title: null, labels: false, ticks: false, domain: false } },
    }
    const lines = {
      data: { values: points(one.run, rowsOf(one)) },
      mark: { type: 'line' as const, strokeWidth: depth > 40 ? 0.9 : 1.6 },
      // Layers are told apart by their depth: Vega keeps groups in an object by their names, of which none may be `__proto__`.
      encoding: { ...axes, detail: { field: 'depth', type: 'nominal' as const }, color },
    }
    const guides = [walks[position]!, ...targets[position]!].filter(({ length }) => length > 0)
    const expected = guides.map((line) => ({
      data: { values: line },
      mark: { type: 'line' as const, color: quietInk, strokeDash: [4, 3], strokeWidth: 1.2 },
      encoding: axes,
    }))
    const layer = [lines, ...expected]
    return { width, height, layer: series.length > 1 ? [...layer, textAbove(headings[position]!, width)] : layer }
  })

  return {
    name: 'rotation-by-layer',
    title:
      'Rotation of every layer by epoch, coloured from the first layer to the last' +
      (series.length > 1 ? ', one panel per run' : ''),
    caption:
      'Rotation (cosine distance to the initial weights) of every layer after each epoch, ' +
      (depth > 1 ? `from the first layer (violet) to the last of ${depth} (yellow)` : 'of the only layer') +
      (series.length > 1 ? ', one panel per run on the same axes.' : '.') +
      (walks.some(({ length }) => length > 0)
        ? ' Dashed: the rotation of a random walk with steps of the same angles, 1 − cos(arctan ρ)ᵗ after t steps at rate ρ.'
        : '') +
      (targets.some(({ length }) => length > 0) ? ' Dashed: the targets that the layers were driven along.' : '') +
      (depth > mostLayers ? ` Of a network of more than ${mostLayers} layers, ${mostLayers} are drawn.` : '') +
      remark,
    spec: {
      columns,
      spacing: { row: 58, column: columnGap },
      align: 'all',
      bounds: 'flush',
      concat: panels,
      resolve: { scale: { color: 'shared' } },
    },
  }
}

/** The most panels; more of them would fill pages. */
const mostPanels = 24

/** The most layers that are drawn in a panel of 250 pixels, evenly spread over the depth. */
const mostLayers = 200

const quantitative = 'quantitative' as const
const columnGap = 24
/** Pixels of the headings of panels. */
const headingSize = 11.5

/** The number of panels in a row: at most four, and such that the last row is as full as possible. */
function columnsOf(panels: number): number {
  const rows = Math.ceil(panels / 4)
  return Math.ceil(panels / rows)
}

/** The data of the curves, one row for each layer and epoch; depth goes from 0 (first layer) to 1 (last). */
function points({ rotation }: Run, rows: readonly number[]) {
  const { layers, epochs } = rotation
  return thin(layers.length, mostLayers).flatMap((index) => {
    const layer = layers[index]!
    const values = rotation.layer(layer)
    const depth = index / Math.max(1, layers.length - 1)
    return rows.map((i) => ({ layer, depth, epoch: epochs[i] ?? 0, rotation: rotationValue(values[i] ?? 0) }))
  })
}

/** The layers of the runs; undefined if the runs have different ones. */
function commonLayers(runs: readonly Run[], depth: number): readonly string[] | undefined {
  const names = runs.find((run) => run.rotation.layers.length === depth)?.rotation.layers ?? []
  return runs.every((run) => run.rotation.layers.join() === names.join()) ? names : undefined
}

/** A heading as a text mark: Vega places panel titles above the axis labels, which only the leftmost panels have. */
function textAbove(text: string, width: number) {
  const place = { x: width / 2, y: -7, baseline: 'bottom' as const }
  return {
    // The text is data, no expression: Vega would take that of `"constructor"` for an identifier.
    data: { values: [{ text }] },
    mark: { type: 'text' as const, fontSize: headingSize, ...place },
    encoding: { text: { field: 'text', type: 'nominal' as const } },
  }
}
