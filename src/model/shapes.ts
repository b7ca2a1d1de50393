import { elements, type Shape } from '../shape.js'
import { flattenLayers, layerTypes, typeOfLayer, type LayerSpec, type Residual, type SimpleLayer } from './layers.js'
import type { Exported } from './layers/exported.js'
import { Refusal } from './layers/refusal.js'
import type { TensorShape } from './tensors.js'

/** A layer, or a part of an exported network, with everything that the shape of its input decides. */
export interface PlacedLayer {
  name: string
  type: string
  /** The type and the settings that decide the shape: `conv 3×3 /2`. */
  summary: string
  /** The number of layers around it: residual ones and exported networks. */
  depth: number
  /** The shape of an example after it; empty for a part of an exported network whose examples are not side by side. */
  output: Shape
  /** Parameters and buffers by their names in `state_dict`; those of the layers inside it are not among its own. */
  tensors: TensorShape[]
  /** The name of the tensor that is a layer in the sense of layer rotation; null if there is none. */
  weight: string | null
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
 * @returns all layers in forward order, a residual layer before its layers and they before its shortcut, an exported network
 *   before its parts; or the first that does not fit
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
 * one before it, the last shape is not [classes], or no layer can be monitored. Each token id has a class of its own: the last
 * shape then is [context, classes], and the first layer an exported network that takes ids.
 *
 * @returns undefined if the layers fit
 */
export function findMisfit(
  layers: readonly LayerSpec[],
  inputShape: Shape,
  classes: number,
  isTokens = false,
): Misfit | undefined {
  const wrongType = findWrongType(layers, isTokens)
  if (wrongType) return wrongType
  const placed = traceShapes(layers, inputShape)
  if ('message' in placed) return placed
  const last = placed.findLast(({ depth }) => depth === 0)
  const logits = isTokens ? [...inputShape, classes] : [classes]
  if (last && showShape(last.output) !== showShape(logits)) {
    const wanted = isTokens ? `a vocabulary of ${classes}` : `${classes} classes`
    const found = `${last.name} gives ${showShape(last.output)}, but the data has ${wanted}`
    return { path: [layers.length - 1], message: `${found}; expected ${showShape(logits)}` }
  }
  if (placed.some(({ weight }) => weight !== null)) return undefined
  const types = Object.entries(layerTypes).flatMap(([type, { isMonitored }]) => (isMonitored ? [type] : []))
  const message = `no layer is of type ${types.join(' or ')}; expected at least one, whose rotation is measured`
  return { path: [], message }
}

/** Finds a layer that takes token ids and gets numbers, or the reverse. */
function findWrongType(layers: readonly LayerSpec[], isTokens: boolean): Misfit | undefined {
  for (const [index, layer] of layers.entries()) {
    const getsTokens = isTokens && index === 0
    const taker = flattenLayers([layer]).find(takesTokens)
    if (getsTokens && !takesTokens(layer)) {
      const advice = 'expected a network from PyTorch that was exported for token ids'
      return { path: [index], message: `${layer.name} takes numbers, but the data gives token ids; ${advice}` }
    }
    if (!getsTokens && taker !== undefined) {
      const given = index === 0 ? 'the data gives images' : `${layers[index - 1]!.name} gives numbers`
      const advice = 'expected data of type tokens, and this network first'
      return { path: [index], message: `${taker.name} takes token ids, but ${given}; ${advice}` }
    }
  }
  return undefined
}

const takesTokens = (layer: LayerSpec): boolean => layer.type === 'exported' && layer.inputType === 'tokens'

/** The layers in the sense of layer rotation that a layer is or holds itself, by name. */
export function monitoredOf(layer: LayerSpec): string[] {
  if (layer.type === 'exported') return layer.parts.flatMap(({ name, weight }) => (weight === null ? [] : name))
  return layer.type !== 'residual' && typeOfLayer(layer).isMonitored === true ? [layer.name] : []
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
    const placed: PlacedLayer = { ...describe(layer), depth: place.depth, output: [], tensors: [] }
    place.placed.push(placed)
    if (layer.type === 'residual') placed.output = sum(layer, example, { ...place, path })
    else if (layer.type === 'exported') placed.output = program(layer, example, { ...place, path })
    else Object.assign(placed, apply(layer, example, path))
    limitSize(placed, path)
    example = { shape: placed.output, origin: layer.name }
  }
  return example
}

function describe(layer: LayerSpec): Pick<PlacedLayer, 'name' | 'type' | 'summary' | 'weight'> {
  const { name, type } = layer
  if (type === 'residual') return { name, type, summary: type, weight: null }
  if (type === 'exported') return { name, type, summary: `${type} ${layer.file}`, weight: null }
  const settings = typeOfLayer(layer).summary?.(layer)
  const [monitored] = monitoredOf(layer)
  return {
    name,
    type,
    summary: settings === undefined ? type : `${type} ${settings}`,
    weight: monitored === undefined ? null : `${monitored}.weight`,
  }
}

function apply(
  layer: SimpleLayer,
  { shape, origin }: Example,
  path: Misfit['path'],
): Pick<PlacedLayer, 'output' | 'tensors'> {
  const type = typeOfLayer(layer)
  try {
    const tensors = type.tensors?.(layer, shape) ?? []
    return {
      output: type.outputShape(layer, shape),
      tensors: tensors.map((tensor) => ({ ...tensor, name: `${layer.name}.${tensor.name}` })),
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const message = `${layer.name} ${error.takes}, but ${origin} gives ${showShape(shape)}`
    throw new DoesNotFit(path, error.advice === undefined ? message : `${message}; ${error.advice}`)
  }
}

function program({ name, file, input, output, parts }: Exported, { shape, origin }: Example, place: Place): Shape {
  if (showShape(input) !== showShape(shape)) {
    const found = `${file} was exported for examples of ${showShape(input)}, but ${origin} gives ${showShape(shape)}`
    throw new DoesNotFit(place.path, `${name}: ${found}; export it for those`)
  }
  for (const [index, { operator, ...part }] of parts.entries()) {
    const placed: PlacedLayer = { ...part, type: operator, summary: operator, depth: place.depth + 1 }
    place.placed.push(placed)
    limitSize(placed, [...place.path, 'parts', index])
  }
  return output
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

function limitSize({ name, output, tensors }: PlacedLayer, path: Misfit['path']): void {
  const shapes = [output, ...tensors.map(({ shape }) => shape)]
  const huge = shapes.find((shape) => elements(shape) > mostElements)
  if (huge === undefined) return
  throw new DoesNotFit(path, `${name} needs a tensor of ${showShape(huge)}; expected at most 2^40 numbers`)
}
