import { describeModel } from '../../../src/model/describe-model.js'
import type { LayerSpec } from '../../../src/model/layers.js'
import type { NativeTrainer } from '../../../src/native/contract.js'
import { normals } from './random.js'
import { forward, stateOf, values, type Batch, type State } from './reference-model.js'
import { randomSplit, smallTrainer, tensor, type SmallSpec } from './small-trainer.js'

export interface ImageModel {
  layers: LayerSpec[]
  /** [channels, rows, columns] */
  inputShape: [number, number, number]
}

const [mean, deviation] = [120, 64]

/** A trainer of `model`, whose last layer gives one number a class, on 6 random images. */
export async function imageTrainer({ layers, inputShape }: ImageModel, options: SmallSpec = {}) {
  const train = randomSplit(6, 7, inputShape[0] * inputShape[1] * inputShape[2])
  const data = { mean: Float64Array.of(mean), deviation: Float64Array.of(deviation), train, test: train }
  const classes = describeModel(layers, inputShape).output[0]!
  const trainer = await smallTrainer({ layers, inputShape, classes, ...options, data })
  return { trainer, labels: Array.from(train.labels), input: batch(train.images, inputShape) }
}

/** The images as they enter the network. */
function batch(images: Uint8Array | Float32Array, shape: readonly number[]): Batch {
  const size = shape.reduce((product, n) => product * n, 1)
  const example = (n: number) =>
    Float64Array.from(images.subarray(n * size, (n + 1) * size), (x) => (x - mean) / deviation)
  return { shape, examples: Array.from({ length: images.length / size }, (_, n) => example(n)) }
}

/** Replaces all parameters and buffers by random ones, so that none is 0 or 1; running variances stay positive. */
export async function randomise(trainer: NativeTrainer): Promise<State> {
  const tensors = (await trainer.weights()).map(({ name, shape, data }, i) => {
    const draws = normals(data.length, 100 + i).map((x) => (name.endsWith('.running_var') ? 0.5 + x * x : 0.5 * x))
    return tensor(name, shape, draws)
  })
  await trainer.setWeights(tensors)
  return stateOf(tensors)
}

export const allImages = Int32Array.from({ length: 6 }, (_, n) => n)

/** Logits of all six images from a trainer of `model` with random weights, and from the reference. */
export async function logits(model: ImageModel, mode: 'train' | 'evaluate' = 'evaluate', options: SmallSpec = {}) {
  const { trainer, input } = await imageTrainer(model, options)
  const state = await randomise(trainer)
  const actual = (await trainer.probe(allImages, mode)).logits
  return { actual, expected: values(forward(model.layers, input, state, mode === 'train')) }
}
