import { z } from 'zod'
import { LayerRotationError } from '../errors.js'
import { elements, type Shape } from '../shape.js'
import { validate } from '../validation/validate.js'
import { flattenLayers, layerList, type LayerSpec } from './layers.js'
import { monitoredOf, traceShapes, type PlacedLayer } from './shapes.js'
import type { TensorShape } from './tensors.js'

/** One layer of a model that examples of a known shape go through, or a part of an exported network. */
export interface LayerDescription extends PlacedLayer {
  /** Numbers in the layer's parameters; those of the layers inside it are not among them. */
  parameters: number
  /** Numbers in the layer's buffers, likewise. */
  buffers: number
  /** true: the layer's weight is a layer in the sense of layer rotation. */
  monitored: boolean
}

export interface ModelDescription {
  input: Shape
  output: Shape
  /** In forward order; a residual layer comes before its layers, and they before its shortcut. */
  layers: LayerDescription[]
  /** Numbers in all parameters. */
  parameters: number
  /** Numbers in all buffers. */
  buffers: number
  /** Monitored layers in forward order: those whose rotation is measured and whose rate can be set. */
  monitored: string[]
}

/**
 * Returns the shapes, parameters and buffers of a model, from its layers alone.
 *
 *     describeModel(vgg25().layers, [3, 32, 32]).parameters   // 4307296
 *
 * @param inputShape the shape of one example, without the batch dimension: [channels, height, width] or [features]
 * @throws {LayerRotationError} INVALID_CONFIG if a layer does not fit the one before it
 */
export function describeModel(layers: readonly LayerSpec[], inputShape: Shape): ModelDescription {
  const checked = checkedLayers(layers)
  const described = place(checked, checkedShape(inputShape)).map(describeLayer)
  const total = (count: 'parameters' | 'buffers') => described.reduce((sum, layer) => sum + layer[count], 0)
  return {
    input: inputShape,
    output: described.findLast(({ depth }) => depth === 0)?.output ?? inputShape,
    layers: described,
    parameters: total('parameters'),
    buffers: total('buffers'),
    monitored: monitoredIn(checked),
  }
}

/**
 * Returns the names of the monitored layers in forward order; a residual's layers come before its shortcut.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function monitoredLayers(layers: readonly LayerSpec[]): string[] {
  return monitoredIn(checkedLayers(layers))
}

/** Returns what monitoredLayers() does, of layers that are checked, such as those of an experiment. */
export function monitoredIn(layers: readonly LayerSpec[]): string[] {
  return flattenLayers(layers).flatMap(monitoredOf)
}

/**
 * Returns the tensors of a file of weights for these layers: parameters and buffers in forward order, by their names in
 * `state_dict`.
 *
 * @throws {LayerRotationError} as describeModel
 */
export function stateShapes(
  layers: readonly LayerSpec[],
  inputShape: Shape,
): Map<string, { shape: Shape; kind: 'parameter' | 'buffer' }> {
  const { layers: described } = describeModel(layers, inputShape)
  return new Map(described.flatMap(({ tensors }) => tensors.map(({ name, ...tensor }) => [name, tensor] as const)))
}

/** Checks layers that a program gives, such as a whole model instead of its layers, and fills in their defaults. */
function checkedLayers(layers: readonly LayerSpec[]): LayerSpec[] {
  return validate(z.object({ layers: layerList(0) }), { layers }, 'model').layers
}

function checkedShape(inputShape: Shape): Shape {
  return validate(z.object({ inputShape: z.array(z.int().min(1)).min(1) }), { inputShape }, 'model').inputShape
}

function place(layers: readonly LayerSpec[], inputShape: Shape): PlacedLayer[] {
  const placed = traceShapes(layers, inputShape)
  if (!('message' in placed)) return placed
  throw new LayerRotationError('INVALID_CONFIG', `layers.${placed.path.join('.')}: ${placed.message}`)
}

function describeLayer(placed: PlacedLayer): LayerDescription {
  const count = (kind: TensorShape['kind']) =>
    placed.tensors.reduce((sum, tensor) => sum + (tensor.kind === kind ? elements(tensor.shape) : 0), 0)
  return { ...placed, parameters: count('parameter'), buffers: count('buffer'), monitored: placed.weight !== null }
}
