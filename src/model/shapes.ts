import type { LayerSpec, Residual } from './layers.js'
import { elements, type Shape } from '../shape.js'
import { outputShape, Refusal, showShape } from './output-shape.js'
import { layerTensors } from './tensors.js'

/** A layer between the shapes that it takes and makes. */
export interface PlacedLayer {
  layer: LayerSpec
  /** How many residual layers it lies in. */
  depth: number
  input: Shape
  output: Shape
}

/** What keeps a list of layers from being a classifier of its data, and the way to the layer to blame: `[3, 'layers', 1]`. */
export interface Misfit {
  path: readonly (string | number)[]
  message: string
}

/**
 * Follows an example of `inputShape` through the layers.
 *
 * @returns all layers in forward order, a residual layer before its layers and they before its shortcut; or the first that
 *   does not fit
 */
export function traceShapes(layers: readonly LayerSpec[], inputShape: Shape): PlacedLayer[] | Misfit {
  const placed: PlacedLayer[] = []
  try {
    follow(layers, { shape: inputShape, origin: 'the data' }, { placed, path: [], depth: 0 })
    return placed
  } catch (error) {
    if (!(error instanceof DoesNotFit)) throw error
    return { path: error.path, message: error.message }
  }
}

/**
 * What keeps the layers from an experiment with examples of `inputShape` in `classes` classes: a layer that does not fit
 * the one before it, an end in another shape than [classes], no layer to monitor.
 *
 * @returns undefined where all is well
 */
export function findMisfit(layers: readonly LayerSpec[], inputShape: Shape, classes: number): Misfit | undefined {
  const placed = traceShapes(layers, inputShape)
  if ('message' in placed) return placed
  const last = placed.findLast(({ depth }) => depth === 0)
  if (last && (last.output.length !== 1 || last.output[0] !== classes)) {
    const found = `${last.layer.name} gives ${showShape(last.output)}, but the data has ${classes} classes`
    return { path: [layers.length - 1], message: `${found}; expected ${showShape([classes])}` }
  }
  if (placed.some(({ layer }) => isMonitored(layer))) return undefined
  return { path: [], message: 'no layer is of type conv or dense; expected at least one, whose rotation is measured' }
}

/** Whether its weight is a layer in the sense of layer rotation. */
export function isMonitored(layer: LayerSpec): boolean {
  return layer.type === 'conv' || layer.type === 'dense'
}

class DoesNotFit extends Error {
  constructor(
    readonly path: Misfit['path'],
    message: string,
  ) {
    super(message)
  }
}

/** An example on its way: its shape, and what gave it that shape. */
interface Example {
  shape: Shape
  origin: string
}

interface Place {
  placed: PlacedLayer[]
  /** To the list of layers. */
  path: Misfit['path']
  depth: number
}

function follow(layers: readonly LayerSpec[], input: Example, place: Place): Example {
  let example = input
  for (const [index, layer] of layers.entries()) {
    const path = [...place.path, index]
    const placed: PlacedLayer = { layer, depth: place.depth, input: example.shape, output: [] }
    place.placed.push(placed)
    placed.output = layer.type === 'residual' ? sum(layer, example, { ...place, path }) : apply(layer, example, path)
    limitSize(placed, path)
    example = { shape: placed.output, origin: layer.name }
  }
  return example
}

function apply(layer: Exclude<LayerSpec, Residual>, { shape, origin }: Example, path: Misfit['path']): Shape {
  try {
    return outputShape(layer, shape)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const message = `${layer.name} ${error.takes}, but ${origin} gives ${showShape(shape)}`
    throw new DoesNotFit(path, error.advice === undefined ? message : `${message}; ${error.advice}`)
  }
}

function sum({ name, layers, shortcut }: Residual, input: Example, { placed, path, depth }: Place): Shape {
  const branch = (key: 'layers' | 'shortcut', list: readonly LayerSpec[]) =>
    follow(list, input, { placed, path: [...path, key], depth: depth + 1 }).shape
  const [left, right] = [branch('layers', layers), branch('shortcut', shortcut)]
  if (showShape(left) === showShape(right)) return left
  const other = shortcut.length === 0 ? 'its input: the shortcut is empty' : 'shortcut'
  const message = `${name} adds ${showShape(left)} (layers) to ${showShape(right)} (${other}); expected two equal shapes`
  throw new DoesNotFit(path, message)
}

/** 4 TiB in single precision; below it, sizes in bytes of whole batches are far from overflowing. */
const mostElements = 2 ** 40

function limitSize({ layer, input, output }: PlacedLayer, path: Misfit['path']): void {
  const shapes = [output, ...layerTensors(layer, input).map(({ shape }) => shape)]
  const huge = shapes.find((shape) => elements(shape) > mostElements)
  if (huge === undefined) return
  throw new DoesNotFit(path, `${layer.name} needs a tensor of ${showShape(huge)}; expected at most 2^40 numbers`)
}
