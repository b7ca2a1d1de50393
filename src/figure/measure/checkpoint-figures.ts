import type { CheckpointSeries } from '../../measure/series-measurement.js'
import { count } from '../../numbers.js'
import type { FigureSource } from '../figure.js'
import { rotationTitle } from '../rotation-axis.js'
import { layerLines, type LayerLinesOptions } from './layer-lines.js'
import { ratioScale, rotationScale, scaleFromZero, updateScale } from './value-scales.js'

/** The names of the figures, with which an earlier report's are found. */
export const checkpointFigureNames = [
  'rotation-by-checkpoint',
  'angle-by-checkpoint',
  'norm-by-checkpoint',
  'update-by-checkpoint',
] as const

type FigureName = (typeof checkpointFigureNames)[number]

/** The figures of every layer by checkpoint: rotation, angle, norm and relative update. Those without a value are left out. */
export function checkpointFigures(series: CheckpointSeries): FigureSource[] {
  const { table, origin, checkpoints } = series
  const start = origin === checkpoints[0]!.path ? 'the first checkpoint' : origin
  const depth = table.layers.length
  const colours =
    depth > 1 ? `from the first layer (violet) to the last of ${count(depth)} (yellow)` : 'of the only layer'
  const figure = (name: FigureName, what: string, caption: string, options: LayerLinesOptions): FigureSource[] => {
    const lines = layerLines(series, options)
    if (lines === undefined) return []
    const isLogarithmic = lines.scale.type === 'log'
    const zeros = isLogarithmic ? ' What is 0 has no place on the logarithmic axis.' : ''
    const title = `${what} of every layer by checkpoint, coloured from the first layer to the last`
    return [{ name, title, caption: `${caption}, ${colours}.${zeros}${lines.remark}`, spec: lines.spec }]
  }
  return [
    ...figure('rotation-by-checkpoint', 'Rotation', `Rotation (cosine distance to ${start}) of every layer`, {
      values: (layer) => table.layer(layer, 'rotation'),
      title: rotationTitle,
      scale: rotationScale,
    }),
    ...figure(
      'angle-by-checkpoint',
      'Angle',
      'Angle between the weights of every layer at a checkpoint and at the one before',
      {
        values: (layer) => table.layer(layer, 'angle').map((angle) => (angle * 180) / Math.PI),
        title: 'angle to the checkpoint before (degrees)',
        scale: scaleFromZero,
      },
    ),
    ...figure(
      'norm-by-checkpoint',
      'Norm',
      'Norm of the weights of every layer, relative to the first checkpoint that has the layer',
      {
        values: (layer) => relativeToFirst(table.layer(layer, 'norm')),
        title: 'norm relative to the first',
        scale: ratioScale,
        guide: 1,
      },
    ),
    ...figure(
      'update-by-checkpoint',
      'Relative update',
      'Relative update ‖w − p‖/‖p‖ of every layer, from its weights p at the checkpoint before to w',
      {
        values: (layer) => table.layer(layer, 'relative_update'),
        title: 'relative update, ‖w − p‖/‖p‖',
        scale: updateScale,
      },
    ),
  ]
}

function relativeToFirst(norms: Float64Array): Float64Array {
  const first = norms.find((norm) => !Number.isNaN(norm)) ?? NaN
  return norms.map((norm) => norm / first)
}
