import type { Checkpoint } from '../checkpoints/checkpoint.js'
import type { SeriesLayer } from '../checkpoints/layers-in-series.js'
import { elements } from '../shape.js'
import { groupTensors, layerGroups } from './layer-groups.js'

/** Weights that are measured as one vector: those of a layer, or of a group of layers. */
export interface Unit {
  name: string
  /** The layer's shape; the number of the group's weights at the first checkpoint. */
  shape: readonly number[]
  layers: readonly SeriesLayer[]
}

/** Each layer by itself. */
export const layerUnits = (layers: readonly SeriesLayer[]): Unit[] =>
  layers.map((layer) => ({ name: layer.name, shape: layer.shape, layers: [layer] }))

/** The groups that some of a checkpoint's layers belong to. */
export function groupUnits(layers: readonly SeriesLayer[], checkpoint: Checkpoint): Unit[] {
  const groups = groupTensors(checkpoint)
  return layerGroups.flatMap((name) => {
    const members = layers.filter(({ tensor }) => groups.get(tensor) === name)
    const size = members.reduce((sum, { shape }) => sum + elements(shape), 0)
    return members.length === 0 ? [] : [{ name, shape: [size], layers: members }]
  })
}

/**
 * The neurons that a layer's weights belong to, the rows of its matrix, as stretches of memory; 0 where they are no stretches.
 */
export function neuronsOf({ shape, order }: SeriesLayer): number {
  if (order !== undefined && order[0] !== 0) return 0
  if (elements(shape) === 0) return 0
  return shape.length < 2 ? 1 : shape[0]!
}
