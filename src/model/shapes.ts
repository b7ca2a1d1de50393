import { elements, type Shape } from '../shape.js'
import { layerTypes, typeOfLayer, type LayerSpec, type Residual, type SimpleLayer } from './layers.js'
import { Refusal } from './layers/refusal.js'
import type { TensorShape } from './tensors.js'

/** A layer with everything that the shape of its input decides. */
export interface PlacedLayer {
  layer: LayerSpec
  /** The number of residual layers around the layer. */
  depth: number
  /** The shape of an example after the layer. */
  output: Shape
  /** Parameters and buffers; those of the layers inside a residual one are not among its own. */
  tensors: TensorShape[]
}

/** The reason why a list of layers is not a classifier of its data. */
export interface Misfit {
  /** The way to the layer to blame: `[3, 'layers', 1]`. */
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
 * Finds the reason why layers cannot be trained on examples of `inputShape` in `classes` classes: a layer does not fit the
 * one before it, the last shape is not [classes], or no layer can be monitored.
 *
 * @returns undefined if the layers fit
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
  const types = Object.entries(layerTypes).flatMap(([type, { isMonitored }]) => (isMonitored ? [type] : []))
  const message = `no layer is of type ${types.join(' or ')}; expected at least one, whose rotation is measured`
  return { path: [], message }
}

/** Tells whether the layer's weight is a layer in the sense of layer rotation. */
export function isMonitored(layer: LayerSpec): boolean {
  return layer.type !== 'residual' && typeOfLayer(layer).isMonitored === true
}

const showShape = (shape: Shape): string => `[${shape.join(', ')}]`

class DoesNotFit extends Error {
  constructor(
    readonly path: Misfit['path'],
    message: string,
  ) {
    super(message)
  }
}

/** An example on its way through the layers. */
interface Example {
  shape: Shape
  /** The source of that shape: the name of a layer, or 'the data'. */
  origin: string
}

interface Place {
  placed: PlacedLayer[]
  /** The way to the list of layers. */
  path: Misfit['path']
  depth: number
}

function follow(layers: readonly LayerSpec[], input: Example, place: Place): Example {
  let example = input
  for (const [index, layer] of layers.entries()) {
    const path = [...place.path, index]
    const placed: PlacedLayer = { layer, depth: place.depth, output: [], tensors: [] }
    place.placed.push(placed)
    if (layer.type === 'residual') placed.output = sum(layer, example, { ...place, path })
    else Object.assign(placed, apply(layer, example, path))
    limitSize(placed, path)
    example = { shape: placed.output, origin: layer.name }
  }
  return example
}

function apply(
  layer: SimpleLayer,
  { shape, origin }: Example,
  path: Misfit['path'],
): Pick<PlacedLayer, 'output' | 'tensors'> {
  const type = typeOfLayer(layer)
  try {
    return { output: type.outputShape(layer, shape), tensors: type.tensors?.(layer, shape) ?? [] }
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

function limitSize({ layer, output, tensors }: PlacedLayer, path: Misfit['path']): void {
  const shapes = [output, ...tensors.map(({ shape }) => shape)]
  const huge = shapes.find((shape) => elements(shape) > mostElements)
  if (huge === undefined) return
  throw new DoesNotFit(path, `${layer.name} needs a tensor of ${showShape(huge)}; expected at most 2^40 numbers`)
}
