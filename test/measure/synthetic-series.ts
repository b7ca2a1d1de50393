import { measuredColumns } from '../../src/measure/columns.js'
import { healthOf } from '../../src/measure/health.js'
import type { CheckpointSeries } from '../../src/measure/series-measurement.js'
import { layerUnits } from '../../src/measure/units.js'
import { LayerTable } from '../../src/rotation/layer-table.js'

type Column = (typeof measuredColumns)[number]['name']

interface SyntheticOptions {
  layers: readonly string[]
  steps: readonly number[]
  hasSteps?: boolean
  /** Values of a layer at a checkpoint instead of those of a training that turns the layers ever more slowly. */
  values?: (layer: number, checkpoint: number) => Partial<Record<Column, number>>
}

/** The measurements of checkpoints that nobody has trained: deeper layers turn further and grow more. */
export function syntheticSeries({
  layers,
  steps,
  hasSteps = true,
  values = () => ({}),
}: SyntheticOptions): CheckpointSeries {
  const last = steps.at(-1)! || 1
  const usual = (layer: number, checkpoint: number): Record<Column, number> => {
    const depth = (layer + 1) / layers.length
    const rotationAt = (step: number) => depth * (1 - Math.exp((-3 * step) / last))
    const [now, before] = [steps[checkpoint]!, steps[checkpoint - 1] ?? NaN]
    const turned = rotationAt(now) - rotationAt(before)
    return {
      rotation: rotationAt(now),
      rotation_from_previous: turned,
      angle: Math.acos(1 - turned),
      norm: 10 * (1 + (depth * now) / last),
      radial: turned / 10,
      tangential: turned,
      relative_update: Math.sqrt(2 * turned),
      not_finite: 0,
    }
  }
  const cells = steps.flatMap((_, checkpoint) =>
    layers.map((_, layer) => ({ ...usual(layer, checkpoint), ...values(layer, checkpoint) })),
  )
  const columns = measuredColumns.map(({ name }): [string, Float64Array] => [
    name,
    Float64Array.from(cells, (cell) => cell[name]),
  ])
  const table = new LayerTable(layers, Int32Array.from(steps), new Map(columns))
  const checkpoints = steps.map((step) => ({ path: `runs/pythia/step${step}.safetensors`, step }))
  const units = layerUnits(layers.map((name) => ({ name, tensor: name, shape: [4, 3] })))
  return {
    origin: checkpoints[0]!.path,
    checkpoints,
    hasSteps,
    by: 'layer',
    layers: healthOf(units, table),
    table,
    notes: [],
  }
}
