import type { Run } from '../run/open-run.js'
import type { FigureSource } from './figure.js'
import { commonLayers, layerPanels, layerPoints, mostLayers } from './layer-panels.js'
import { randomWalkLine } from './random-walk-line.js'
import { rotationDomain } from './rotation-axis.js'
import { labelRuns } from './run-labels.js'
import { commonUnit, drawnSeries, epochsReached, measuredAt, type Series } from './series.js'
import { targetLines } from './target-lines.js'
import { thin } from './thin.js'

/**
 * The figure of every layer's rotation by epoch, or by step if that is what the runs count, from the first layer (violet) to the last (yellow), with one panel for each
 * run. If Layca turns all layers by the same angle, a dashed grey line shows the random walk of such steps.
 */
export function rotationByLayer(runs: readonly Run[]): FigureSource {
  const naming = labelRuns(runs)
  const { series, remark } = drawnSeries(runs, naming, mostPanels)
  const depth = runs.reduce((most, { rotation }) => Math.max(most, rotation.layers.length), 1)
  const limit = series.length === 1 ? 300 : 120
  const rowsOf = ({ run: { rotation } }: Series) => thin(rotation.epochs.length, limit)
  const walks = series.map((one) => randomWalkLine(one.run, rowsOf(one)))
  const unit = commonUnit(runs)
  const targets = series.map((one) => targetLines(one.run, rowsOf(one)))
  const panels = series.map((one, position) => ({
    heading: { text: naming.ordered ? `${naming.title} ${one.label}` : one.label },
    lines: layerPoints(one.run.rotation, rowsOf(one)),
    guides: [
      ...(walks[position]!.length > 0 ? [{ meaning: 'random walk' as const, points: walks[position]! }] : []),
      ...targets[position]!.map((points) => ({ meaning: 'target' as const, points })),
    ],
  }))

  return {
    name: 'rotation-by-layer',
    title:
      `Rotation of every layer by ${unit}, coloured from the first layer to the last` +
      (series.length > 1 ? ', one panel per run' : ''),
    caption:
      `Rotation (cosine distance to the initial weights) of every layer after each ${measuredAt[unit]}, ` +
      (depth > 1 ? `from the first layer (violet) to the last of ${depth} (yellow)` : 'of the only layer') +
      (series.length > 1 ? ', one panel per run on the same axes.' : '.') +
      (walks.some(({ length }) => length > 0)
        ? ' Dashed: the rotation of a random walk with steps of the same angles, 1 − cos(arctan ρ)ᵗ after t steps at rate ρ.'
        : '') +
      (targets.some(({ length }) => length > 0) ? ' Dashed: the targets that the layers were driven along.' : '') +
      (depth > mostLayers ? ` Of a network of more than ${mostLayers} layers, ${mostLayers} are drawn.` : '') +
      remark,
    spec: layerPanels(panels, {
      layers: commonLayers(runs.map(({ rotation }) => rotation)),
      depth,
      epochs: epochsReached(runs),
      domain: rotationDomain(runs),
      unit,
    }),
  }
}

/** The most panels; more of them would fill pages. */
const mostPanels = 24
