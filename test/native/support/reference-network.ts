import type { LayerSpec } from '../../../src/model/layers.js'
import type { NamedTensor } from '../../../src/native/contract.js'
import { dot } from './vectors.js'

/** One row an example. */
type Matrix = Float64Array[]

/** Parameters and buffers, or the gradients of parameters, under their names in `state_dict`. */
export type State = Map<string, Float64Array>

interface Layer {
  forward(input: Matrix, training: boolean): Matrix
  /** The loss's gradient by the last input, from the one by its output; puts those of the parameters into `gradients`. */
  backward(gradient: Matrix, gradients: State): Matrix
}

const map = (matrix: Matrix, value: (x: number, row: number, column: number) => number): Matrix =>
  matrix.map((row, n) => row.map((x, i) => value(x, n, i)))

/** Sums over the examples, one a column. */
const columnSums = (matrix: Matrix): Float64Array =>
  matrix[0]!.map((_, column) => matrix.reduce((sum, row) => sum + row[column]!, 0))

function dense(name: string, state: State): Layer {
  const weight = state.get(`${name}.weight`)!
  const bias = state.get(`${name}.bias`)
  let input: Matrix = []
  return {
    forward(given) {
      input = given
      const inputs = given[0]!.length
      const rows = Array.from({ length: weight.length / inputs }, (_, unit) =>
        weight.subarray(unit * inputs, (unit + 1) * inputs),
      )
      return given.map((x) => Float64Array.from(rows, (row, unit) => dot(row, x) + (bias?.[unit] ?? 0)))
    },
    backward(gradient, gradients) {
      const inputs = input[0]!.length
      const byWeight = weight.map((_, at) => {
        const [unit, column] = [Math.floor(at / inputs), at % inputs]
        return gradient.reduce((sum, g, n) => sum + g[unit]! * input[n]![column]!, 0)
      })
      gradients.set(`${name}.weight`, byWeight)
      if (bias) gradients.set(`${name}.bias`, columnSums(gradient))
      return map(input, (_, n, column) =>
        gradient[n]!.reduce((sum, g, unit) => sum + g * weight[unit * inputs + column]!, 0),
      )
    },
  }
}

function batchNorm(spec: Extract<LayerSpec, { type: 'batchNorm' }>, state: State): Layer {
  const { name, epsilon, momentum } = spec
  const scale = state.get(`${name}.weight`)
  const shift = state.get(`${name}.bias`)
  const running = { mean: state.get(`${name}.running_mean`)!, variance: state.get(`${name}.running_var`)! }
  let normalised: Matrix = []
  let deviation = new Float64Array()

  const follow = (average: Float64Array, value: Float64Array) =>
    average.set(average.map((old, i) => (1 - momentum) * old + momentum * value[i]!))

  return {
    forward(input, training) {
      const n = input.length
      const mean = training ? columnSums(input).map((sum) => sum / n) : running.mean
      const centred = map(input, (x, _, i) => x - mean[i]!)
      const variance = training ? columnSums(map(centred, (x) => x * x)).map((sum) => sum / n) : running.variance
      if (training) {
        follow(running.mean, mean)
        const factor = spec.runningVariance === 'unbiased' && n > 1 ? n / (n - 1) : 1
        follow(
          running.variance,
          variance.map((v) => factor * v),
        )
      }
      deviation = variance.map((v) => Math.sqrt(v + epsilon))
      normalised = map(centred, (x, _, i) => x / deviation[i]!)
      return map(normalised, (x, _, i) => (scale?.[i] ?? 1) * x + (shift?.[i] ?? 0))
    },
    backward(gradient, gradients) {
      const n = gradient.length
      const sums = columnSums(gradient)
      const dots = columnSums(map(gradient, (g, row, i) => g * normalised[row]![i]!))
      if (scale) gradients.set(`${name}.weight`, dots)
      if (shift) gradients.set(`${name}.bias`, sums)
      return map(
        gradient,
        (g, row, i) => ((scale?.[i] ?? 1) / deviation[i]!) * (g - sums[i]! / n - (normalised[row]![i]! * dots[i]!) / n),
      )
    },
  }
}

function relu(): Layer {
  let input: Matrix = []
  return {
    forward: (given) => map((input = given), (x) => Math.max(0, x)),
    backward: (gradient) => map(gradient, (g, row, i) => (input[row]![i]! > 0 ? g : 0)),
  }
}

const identity: Layer = { forward: (input) => input, backward: (gradient) => gradient }

function build(spec: LayerSpec, state: State): Layer {
  if (spec.type === 'dense') return dense(spec.name, state)
  if (spec.type === 'batchNorm') return batchNorm(spec, state)
  return spec.type === 'relu' ? relu() : identity
}

/** Mean softmax cross-entropy, the share of right answers, and the gradient by the logits. */
function crossEntropy(logits: Matrix, labels: readonly number[]) {
  const exponentials = logits.map((row) => row.map((x) => Math.exp(x - Math.max(...row))))
  const probabilities = exponentials.map((row) => row.map((x) => x / row.reduce((sum, y) => sum + y)))
  const mean = (value: (row: Float64Array, label: number) => number) =>
    probabilities.reduce((sum, row, n) => sum + value(row, labels[n]!), 0) / labels.length
  return {
    loss: mean((row, label) => -Math.log(row[label]!)),
    accuracy: mean((row, label) => Number(row[label] === Math.max(...row))),
    gradient: map(probabilities, (p, n, i) => (p - Number(i === labels[n])) / labels.length),
  }
}

/** A network of dense layers, batch norms and ReLUs in fp64, written from the formulas for one example at a time. */
export class ReferenceNetwork {
  readonly state: State
  private readonly layers: Layer[]

  constructor(specs: readonly LayerSpec[], tensors: readonly NamedTensor[]) {
    this.state = new Map(tensors.map(({ name, data }) => [name, Float64Array.from(data)]))
    this.layers = specs.map((spec) => build(spec, this.state))
  }

  /** Training mode: logits, loss, accuracy and the gradients of all parameters; running statistics move. */
  train(input: Matrix, labels: readonly number[]) {
    const logits = this.forward(input, true)
    const { loss, accuracy, gradient } = crossEntropy(logits, labels)
    const gradients: State = new Map()
    this.layers.reduceRight((g, layer) => layer.backward(g, gradients), gradient)
    return { logits, loss, accuracy, gradients }
  }

  /** A step of plain SGD on every parameter. */
  descend(gradients: State, rate: number): void {
    for (const [name, gradient] of gradients) {
      const parameter = this.state.get(name)!
      parameter.forEach((value, i) => (parameter[i] = value - rate * gradient[i]!))
    }
  }

  evaluate(input: Matrix, labels: readonly number[]) {
    const logits = this.forward(input, false)
    const { loss, accuracy } = crossEntropy(logits, labels)
    return { logits, loss, accuracy }
  }

  private forward(input: Matrix, training: boolean): Matrix {
    return this.layers.reduce((x, layer) => layer.forward(x, training), input)
  }
}
