import * as layers from '../../../src/model/layers.js'
import type { LayerSpec, Residual } from '../../../src/model/layers.js'
import type { NamedTensor } from '../../../src/native/contract.js'
import { vector, type Vector } from './vectors.js'

/** Parameters and buffers under their names in `state_dict`. */
export type State = Map<string, Float64Array>

/** Examples of one shape, each in the order of that shape's dimensions. */
export interface Batch {
  shape: readonly number[]
  examples: Float64Array[]
}

type Of<Type extends LayerSpec['type']> = Extract<LayerSpec, { type: Type }>
type Windowed = Pick<Of<'conv'>, 'stride' | 'padding'> & { size: readonly [number, number] }

export const stateOf = (tensors: readonly NamedTensor[]): State =>
  new Map(tensors.map(({ name, data }) => [name, Float64Array.from(data)]))

/**
 * Returns what `layers` make of a batch, in fp64 and from the formulas; in training, running statistics in `state`
 * move.
 */
export function forward(layers: readonly LayerSpec[], input: Batch, state: State, training = true): Batch {
  return layers.reduce((batch, layer) => layerForward(layer, batch, state, training), input)
}

/** All values of a batch, one example after the other. */
export const values = ({ examples }: Batch): Float64Array =>
  Float64Array.from(examples.flatMap((example) => Array.from(example)))

/** Mean of −log softmax(logits)[label]. */
export function crossEntropy({ examples }: Batch, labels: readonly number[]): number {
  const losses = examples.map((logits, n) => {
    const largest = Math.max(...logits)
    return Math.log(logits.reduce((sum, x) => sum + Math.exp(x - largest), 0)) - (logits[labels[n]!]! - largest)
  })
  return mean(losses)
}

/**
 * Returns how fast crossEntropy() in training changes when parameter `name` moves along `direction`: a central
 * difference.
 */
export function slope(
  layers: readonly LayerSpec[],
  input: Batch,
  labels: readonly number[],
  state: State,
  name: string,
  direction: Vector,
): number {
  const step = 1e-6
  const loss = (distance: number) => {
    const moved = state.get(name)!.map((value, i) => value + distance * direction[i]!)
    return crossEntropy(forward(layers, input, copy(state).set(name, moved)), labels)
  }
  return (loss(step) - loss(-step)) / (2 * step)
}

const copy = (state: State): State => new Map([...state].map(([name, values]) => [name, values.slice()]))
const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, x) => sum + x, 0) / values.length
const variance = (values: ArrayLike<number>): number => {
  const centre = mean(values)
  return mean(Array.from(values, (x) => (x - centre) ** 2))
}

const mapExamples = (input: Batch, example: (x: Float64Array) => Float64Array, shape = input.shape): Batch => ({
  shape,
  examples: input.examples.map(example),
})

/** The computation of a type of layers, in fp64, and examples of it. */
interface Reference<Type extends LayerSpec['type']> {
  forward: (layer: Of<Type>, input: Batch, state: State, training: boolean) => Batch
  /** Layers for images of `exampleShape`, and the shape that they make of it. */
  examples: { layers: LayerSpec[]; output: number[] }[]
}

export const exampleShape = [4, 13, 11] as const

/** Every type of layers but exported networks; tests of shapes, of the addon, of the baseline and the fuzzer take their examples from here. */
export const references: { [Type in Exclude<LayerSpec['type'], 'exported'>]: Reference<Type> } = {
  conv: {
    forward: conv,
    examples: [
      {
        layers: [layers.conv({ name: 'conv', filters: 6, kernel: [3, 2], stride: [1, 2], padding: 'same', groups: 2 })],
        output: [6, 13, 6],
      },
      {
        layers: [layers.conv({ name: 'conv', filters: 4, kernel: 3, bias: false, padding: [1, 0] })],
        output: [4, 13, 9],
      },
    ],
  },
  dense: {
    forward: dense,
    examples: [
      { layers: [layers.flatten({ name: 'flatten' }), layers.dense({ name: 'dense', units: 7 })], output: [7] },
    ],
  },
  batchNorm: {
    forward: batchNorm,
    examples: [sameShape(layers.batchNorm({ name: 'norm', runningVariance: 'unbiased' }))],
  },
  layerNorm: {
    forward: ({ name, epsilon }, input, state) =>
      mapExamples(input, (x) => affine(normalise(x, epsilon), state, name, (i) => i)),
    examples: [sameShape(layers.layerNorm({ name: 'norm', shift: false }))],
  },
  groupNorm: { forward: groupNorm, examples: [sameShape(layers.groupNorm({ name: 'norm', groups: 2 }))] },
  relu: { forward: byValue(() => (x) => Math.max(0, x)), examples: [sameShape(layers.relu({ name: 'relu' }))] },
  leakyRelu: {
    forward: byValue(
      ({ slope }) =>
        (x) =>
          x > 0 ? x : slope * x,
    ),
    examples: [sameShape(layers.leakyRelu({ name: 'leaky', slope: 0.2 }))],
  },
  gelu: {
    forward: byValue(({ approximation }) => (approximation === 'tanh' ? geluByTanh : gelu)),
    examples: [
      sameShape(layers.gelu({ name: 'gelu' })),
      sameShape(layers.gelu({ name: 'tanhGelu', approximation: 'tanh' })),
    ],
  },
  maxPool: {
    forward: (layer, input) => pool(layer, input, (values) => Math.max(...values)),
    examples: [
      { layers: [layers.maxPool({ name: 'pool', size: 2, stride: 1, padding: 'same' })], output: [4, 13, 11] },
    ],
  },
  averagePool: {
    forward: (layer, input) => pool(layer, input, mean),
    examples: [{ layers: [layers.averagePool({ name: 'pool', size: 3, stride: 2, padding: 1 })], output: [4, 7, 6] }],
  },
  globalAveragePool: {
    forward: (_, input) =>
      pool({ size: [rows(input), columns(input)], stride: [1, 1], padding: 'valid' }, input, mean, 1),
    examples: [{ layers: [layers.globalAveragePool({ name: 'pool' })], output: [4] }],
  },
  dropout: {
    forward: ({ rate }, input) => {
      if (rate > 0) throw new Error('dropout is random')
      return input
    },
    examples: [sameShape(layers.dropout({ name: 'dropout', rate: 0 }))],
  },
  flatten: {
    forward: (_, input) => ({ ...input, shape: [input.examples[0]!.length] }),
    examples: [{ layers: [layers.flatten({ name: 'flatten' })], output: [4 * 13 * 11] }],
  },
  residual: {
    forward: residual,
    examples: [sameShape(layers.residual({ name: 'block', layers: [layers.relu({ name: 'block.relu' })] }))],
  },
}

function sameShape(layer: LayerSpec) {
  return { layers: [layer], output: [...exampleShape] }
}

/** All examples, with their types. */
export const layerExamples = Object.entries(references).flatMap(([type, { examples }]) =>
  examples.map((example) => ({ type: type as LayerSpec['type'], ...example })),
)

/** All examples one after the other, as they fit, and a dense layer that gives one number for each class. */
export function exampleNetwork(classes: number): LayerSpec[] {
  // A layer that makes rows of images stands behind those that make images, and before those that flatten their input.
  const place = ({ layers, output }: (typeof layerExamples)[number]) =>
    output.length === 3 ? 0 : layers[0]!.type === 'flatten' ? 2 : 1
  const inOrder = layerExamples.toSorted((a, b) => place(a) - place(b))
  const renamed = inOrder.flatMap(({ layers }, i) => layers.map((layer) => renameLayer(layer, `example${i}`)))
  return [...renamed, layers.dense({ name: 'head', units: classes })]
}

function renameLayer(layer: LayerSpec, prefix: string): LayerSpec {
  const name = `${prefix}.${layer.name}`
  if (layer.type !== 'residual') return { ...layer, name }
  const rename = (list: readonly LayerSpec[]) => list.map((inner) => renameLayer(inner, prefix))
  return { ...layer, name, layers: rename(layer.layers), shortcut: rename(layer.shortcut) }
}

function layerForward(layer: LayerSpec, input: Batch, state: State, training: boolean): Batch {
  const { forward } = references[layer.type as keyof typeof references] as unknown as Reference<LayerSpec['type']>
  return forward(layer, input, state, training)
}

function byValue<Type extends LayerSpec['type']>(formula: (layer: Of<Type>) => (x: number) => number) {
  return (layer: Of<Type>, input: Batch): Batch => {
    const value = formula(layer)
    return mapExamples(input, (x) => x.map(value))
  }
}

const channels = ({ shape }: Batch): number => shape[0]!
const rows = ({ shape }: Batch): number => shape[1]!
const columns = ({ shape }: Batch): number => shape[2]!

/** Along one dimension: how many windows there are, and the first place of each, which may lie before the image. */
function places({ size, stride, padding }: Windowed, dimension: 0 | 1, length: number) {
  const [extent, step] = [size[dimension], stride[dimension]]
  if (padding === 'same') {
    const count = Math.ceil(length / step)
    const before = Math.floor(Math.max((count - 1) * step + extent - length, 0) / 2)
    return { count, first: (i: number) => i * step - before }
  }
  const before = padding === 'valid' ? 0 : padding[dimension]
  return { count: Math.floor((length + 2 * before - extent) / step) + 1, first: (i: number) => i * step - before }
}

/** A cell of a window that is in the image: its row and column in the window, and its index in a channel. */
interface Cell {
  u: number
  v: number
  at: number
}

/** The cells of each place of a window, row by row. */
function slide(window: Windowed, input: Batch): { outputs: [number, number]; cells: Cell[][] } {
  const [down, right] = [places(window, 0, rows(input)), places(window, 1, columns(input))]
  const cells: Cell[][] = []
  for (let i = 0; i < down.count; i++) {
    for (let j = 0; j < right.count; j++) cells.push(inside(window, input, down.first(i), right.first(j)))
  }
  return { outputs: [down.count, right.count], cells }
}

/** The cells of the window that begins at a row and column, which may lie before the image. */
function inside({ size }: Windowed, input: Batch, firstRow: number, firstColumn: number): Cell[] {
  const cells: Cell[] = []
  for (let u = 0; u < size[0]; u++) {
    for (let v = 0; v < size[1]; v++) {
      const [row, column] = [firstRow + u, firstColumn + v]
      if (row < 0 || row >= rows(input) || column < 0 || column >= columns(input)) continue
      cells.push({ u, v, at: row * columns(input) + column })
    }
  }
  return cells
}

function conv(layer: Of<'conv'>, input: Batch, state: State): Batch {
  const { filters, groups, kernel } = layer
  const { outputs, cells } = slide({ ...layer, size: kernel }, input)
  const [weight, bias] = [state.get(`${layer.name}.weight`)!, state.get(`${layer.name}.bias`)]
  const [depth, area, pixels] = [channels(input) / groups, kernel[0] * kernel[1], rows(input) * columns(input)]
  const output = (x: Float64Array, filter: number, place: Cell[]) => {
    const firstChannel = Math.floor(filter / (filters / groups)) * depth
    let sum = bias?.[filter] ?? 0
    for (const { u, v, at } of place) {
      for (let c = 0; c < depth; c++) {
        sum += weight[(filter * depth + c) * area + u * kernel[1] + v]! * x[(firstChannel + c) * pixels + at]!
      }
    }
    return sum
  }
  const convolve = (x: Float64Array) =>
    vector(filters * cells.length, (at) => output(x, Math.floor(at / cells.length), cells[at % cells.length]!))
  return mapExamples(input, convolve, [filters, ...outputs])
}

function pool(window: Windowed, input: Batch, of: (values: number[]) => number, dimensions = 3): Batch {
  const { outputs, cells } = slide(window, input)
  const pixels = rows(input) * columns(input)
  const output = (x: Float64Array, channel: number, place: Cell[]) =>
    of(place.map(({ at }) => x[channel * pixels + at]!))
  const pooled = (x: Float64Array) =>
    vector(channels(input) * cells.length, (at) => output(x, Math.floor(at / cells.length), cells[at % cells.length]!))
  return mapExamples(input, pooled, [channels(input), ...outputs].slice(0, dimensions))
}

function dense({ name, units }: Of<'dense'>, input: Batch, state: State): Batch {
  const [weight, bias] = [state.get(`${name}.weight`)!, state.get(`${name}.bias`)]
  return mapExamples(
    input,
    (x) =>
      vector(units, (unit) =>
        x.reduce((sum, value, i) => sum + weight[unit * x.length + i]! * value, bias?.[unit] ?? 0),
      ),
    [units],
  )
}

const normalise = (x: Float64Array, epsilon: number): Float64Array => {
  const [centre, deviation] = [mean(x), Math.sqrt(variance(x) + epsilon)]
  return x.map((value) => (value - centre) / deviation)
}

/** Scale and shift, of which value i takes number which(i). */
function affine(x: Float64Array, state: State, name: string, which: (i: number) => number): Float64Array {
  const [scale, shift] = [state.get(`${name}.weight`), state.get(`${name}.bias`)]
  return x.map((value, i) => value * (scale?.[which(i)] ?? 1) + (shift?.[which(i)] ?? 0))
}

const sizeOfChannel = (input: Batch): number => input.examples[0]!.length / channels(input)

function groupNorm({ name, groups, epsilon }: Of<'groupNorm'>, input: Batch, state: State): Batch {
  const size = input.examples[0]!.length / groups
  return mapExamples(input, (x) => {
    const normalised = new Float64Array(x.length)
    for (let g = 0; g < groups; g++) normalised.set(normalise(x.subarray(g * size, (g + 1) * size), epsilon), g * size)
    return affine(normalised, state, name, (i) => Math.floor(i / sizeOfChannel(input)))
  })
}

function batchNorm(layer: Of<'batchNorm'>, input: Batch, state: State, training: boolean): Batch {
  const { name, epsilon, momentum } = layer
  const size = sizeOfChannel(input)
  const running = { mean: state.get(`${name}.running_mean`)!, variance: state.get(`${name}.running_var`)! }
  const inBatch = Array.from({ length: channels(input) }, (_, c) =>
    input.examples.flatMap((x) => Array.from(x.subarray(c * size, (c + 1) * size))),
  )
  const centres = training ? inBatch.map(mean) : running.mean
  const variances = training ? inBatch.map(variance) : running.variance
  if (training) {
    const n = inBatch[0]!.length
    const factor = layer.runningVariance === 'unbiased' ? n / (n - 1) : 1
    const follow = (old: number, value: number) => (1 - momentum) * old + momentum * value
    running.mean.set(running.mean.map((old, c) => follow(old, centres[c]!)))
    running.variance.set(running.variance.map((old, c) => follow(old, factor * variances[c]!)))
  }
  const channel = (i: number) => Math.floor(i / size)
  return mapExamples(input, (x) => {
    const normalised = x.map((value, i) => (value - centres[channel(i)]!) / Math.sqrt(variances[channel(i)]! + epsilon))
    return affine(normalised, state, name, channel)
  })
}

function residual({ layers, shortcut }: Residual, input: Batch, state: State, training: boolean): Batch {
  const [output, around] = [forward(layers, input, state, training), forward(shortcut, input, state, training)]
  return { ...output, examples: output.examples.map((x, n) => x.map((value, i) => value + around.examples[n]![i]!)) }
}

/** x·Φ(x) by erf(z) = 2/√π · e^(−z²) · Σ 2ⁿ z^(2n+1) / (1·3·…·(2n+1)), whose terms have one sign. */
function gelu(x: number): number {
  const z = x / Math.SQRT2
  let [sum, term] = [z, z]
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) sum += term *= (2 * z * z) / (2 * n + 1)
  return (x / 2) * (1 + (2 / Math.sqrt(Math.PI)) * Math.exp(-z * z) * sum)
}

const geluByTanh = (x: number): number => (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))
