import type { Run } from '../run/open-run.js'
import type { FigureSource } from './figure.js'
import { layerLegend } from './layer-legend.js'
import { randomWalkLine } from './random-walk-line.js'
import { rotationDomain, rotationTitle, rotationValue, shortRotationTitle } from './rotation-axis.js'
import { labelRuns } from './run-labels.js'
import { inOrder, epochsReached, type Series } from './series.js'
import { targetLines } from './target-lines.js'
import { layerExtent, layerScheme, quietInk, textWidth } from './theme.js'
import { thin } from './thin.js'

/**
 * The figure of every layer's rotation by epoch, from the first layer (violet) to the last (yellow), with one panel for each
 * run. If Layca turns all layers by the same angle, a dashed grey line shows the random walk of such steps.
 */
export function rotationByLayer(runs: readonly Run[]): FigureSource {
  const naming = labelRuns(runs)
  const series = inOrder(runs, naming)
  const depth = Math.max(1, ...runs.map((run) => run.rotation.layers.length))
  const columns = columnsOf(series.length)
  const single = columns === 1
  const width = single ? 400 : Math.floor((textWidth - 132 - columnGap * (columns - 1)) / columns)
  const height = single ? 250 : Math.max(140, Math.min(190, width))
  const heading = ({ label }: Series) => (naming.ordered ? `${naming.title} ${label}` : label)

  const scale = { domain: [0, 1], scheme: { name: layerScheme, extent: layerExtent }, nice: false }
  const color = { field: 'depth', type: quantitative, scale, legend: layerLegend(commonLayers(runs, depth), height) }
  const x = { field: 'epoch', type: quantitative, scale: { domain: [0, epochsReached(runs)], nice: false } }
  const y = { field: 'rotation', type: quantitative, scale: { domain: rotationDomain(runs), nice: false } }
  const yAxis = { title: single ? rotationTitle : shortRotationTitle, tickCount: 5 }
  const walks = series.map(({ run }) => randomWalkLine(run))
  const targets = series.map(({ run }) => targetLines(run))
  const panels = series.map((one, position) => {
    const leftmost = position % columns === 0
    const lowest = position + columns >= series.length
    const limit = single ? 300 : 120
    const axes = {
      x: { ...x, axis: { title: lowest ? 'epoch' : null, tickCount: single ? 10 : 4 } },
      y: { ...y, axis: leftmost ? yAxis : { tickCount: 5, title: null, labels: false, ticks: false, domain: false } },
    }
    const lines = {
      data: { values: points(one.run, limit) },
      mark: { type: 'line' as const, strokeWidth: depth > 40 ? 0.9 : 1.6 },
      encoding: { ...axes, detail: { field: 'layer', type: 'nominal' as const }, color },
    }
    const guides = [walks[position]!, ...targets[position]!].filter(({ length }) => length > 0)
    const expected = guides.map((line) => ({
      data: { values: thin(line.length, limit).map((i) => line[i]!) },
      mark: { type: 'line' as const, color: quietInk, strokeDash: [4, 3], strokeWidth: 1.2 },
      encoding: axes,
    }))
    const layer = [lines, ...expected]
    return { width, height, layer: series.length > 1 ? [...layer, textAbove(heading(one), width)] : layer }
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
      (targets.some(({ length }) => length > 0) ? ' Dashed: the targets that the layers were driven along.' : ''),
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

const quantitative = 'quantitative' as const
const columnGap = 24

/** The number of panels in a row: at most four, and such that the last row is as full as possible. */
function columnsOf(panels: number): number {
  const rows = Math.ceil(panels / 4)
  return Math.ceil(panels / rows)
}

/** The data of the curves, one row for each layer and epoch; depth goes from 0 (first layer) to 1 (last). */
function points({ rotation }: Run, limit: number) {
  const { layers, epochs } = rotation
  const shown = thin(epochs.length, limit)
  return layers.flatMap((layer, index) => {
    const values = rotation.layer(layer)
    const depth = index / Math.max(1, layers.length - 1)
    return shown.map((i) => ({ layer, depth, epoch: epochs[i] ?? 0, rotation: rotationValue(values[i] ?? 0) }))
  })
}

/** The layers of the runs; undefined if the runs have different ones. */
function commonLayers(runs: readonly Run[], depth: number): readonly string[] | undefined {
  const names = runs.find((run) => run.rotation.layers.length === depth)?.rotation.layers ?? []
  return runs.every((run) => run.rotation.layers.join() === names.join()) ? names : undefined
}

/** A heading as a text mark: Vega places panel titles above the axis labels, which only the leftmost panels have. */
function textAbove(text: string, width: number) {
  const place = { x: width / 2, y: -7, baseline: 'bottom' as const, limit: width + 16 }
  return { data: { values: [{}] }, mark: { type: 'text' as const, text, fontSize: 11.5, ...place }, encoding: {} }
}
