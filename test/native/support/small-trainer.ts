import { onTestFinished } from 'vitest'
import type { PixelStatistics } from '../../../src/data/pixel-statistics.js'
import type { Split, Splits, TokenSplit } from '../../../src/data/split.js'
import { modelParameters } from '../../../src/groups/model-parameters.js'
import { batchNorm, dense, flatten, relu, type LayerSpec } from '../../../src/model/layers.js'
import type {
  EpochProgress,
  EpochRequest,
  EpochResult,
  NamedTensor,
  NativeTrainer,
  ParameterSettings,
  RecordRequest,
  TrainerSpec,
} from '../../../src/native/contract.js'
import { createTrainer } from '../../../src/native/load.js'
import type { OptimizerConfig } from '../../../src/optimizer/optimizer.js'
import { sgd } from '../../../src/optimizer/rules/sgd.js'
import { testDevice } from '../../support/device.js'
import { integers } from './random.js'

/** `n` images of random bytes with random labels of 4 classes. */
export function randomSplit(n: number, seed: number, pixels = 35): Split {
  return { images: Uint8Array.from(integers(n * pixels, 256, seed)), labels: Int32Array.from(integers(n, 4, seed + 1)) }
}

/** flatten, dense0 (11 units), batchNorm0, relu0, dense1 (4 units) */
export const perceptron: LayerSpec[] = [
  flatten({ name: 'flatten' }),
  dense({ name: 'dense0', units: 11 }),
  batchNorm({ name: 'batchNorm0' }),
  relu({ name: 'relu0' }),
  dense({ name: 'dense1', units: 4 }),
]

/** A trainer's spec whose examples are images. */
export type ImageSpec = TrainerSpec & { data: Splits & PixelStatistics }

export type SmallSpec = Partial<Omit<TrainerSpec, 'data'>> & { data?: Partial<ImageSpec['data']> }

/** A perceptron under SGD on 21 random images of 7×5 bytes and 4 classes, 10 for testing, except for what is given. */
export function smallSpec({ data, layers = perceptron, ...rest }: SmallSpec = {}): ImageSpec {
  const { optimizer = sgd(), inputShape = [7, 5] } = rest
  return {
    device: testDevice,
    threads: 1,
    seed: 1,
    inputShape,
    classes: 4,
    layers,
    optimizer,
    precision: 'fp32',
    memoryFormat: 'channelsLast',
    loss: { type: 'crossEntropy', labelSmoothing: 0 },
    parameters: rest.parameters ?? allParameters(layers, inputShape, optimizer),
    augmentation: { shift: 0, flip: false },
    ...rest,
    data: {
      mean: Float64Array.of(33.3),
      deviation: Float64Array.of(78.6),
      train: randomSplit(21, 1),
      validation: new Int32Array(0),
      test: randomSplit(10, 2),
      ...data,
    },
  }
}

/** Every parameter is trained, under a control the weights of layers alone, without decay. */
export function allParameters(
  layers: readonly LayerSpec[],
  inputShape: readonly number[],
  optimizer: OptimizerConfig = sgd(),
): ParameterSettings[] {
  const controlled = 'rule' in optimizer
  return modelParameters(layers, inputShape).map(({ name, kinds }) => ({
    name,
    trained: !controlled || kinds.has('kernel'),
    controlled: kinds.has('kernel'),
    rateFactor: 1,
    decay: 0,
    decoupledDecay: 0,
  }))
}

/** The trainer of smallSpec(), which goes when the test ends. */
export async function smallTrainer(spec: SmallSpec = {}): Promise<NativeTrainer> {
  const trainer = await createTrainer(smallSpec(spec))
  onTestFinished(() => trainer.dispose())
  return trainer
}

/** The trainer of smallSpec() on tokens instead of images, which goes when the test ends. */
export async function tokenTrainer(
  spec: Omit<SmallSpec, 'data'>,
  train: TokenSplit,
  test: TokenSplit = train,
): Promise<NativeTrainer> {
  const trainer = await createTrainer({ ...smallSpec(spec), data: { train, test, validation: new Int32Array() } })
  onTestFinished(() => trainer.dispose())
  return trainer
}

/** An epoch, or a part of one; batches of equal size, but the last, unless each has its own. */
export type SmallEpoch = Partial<Omit<EpochRequest, 'record'>> & {
  batchSize?: number
  rate?: number
  /** Records the layers after every step. */
  recorded?: boolean
  record?: Partial<RecordRequest>
}

/** One epoch over 21 examples in their order, in batches of 9 at a rate of 0.1, except for what is given. */
export function epochRequest(trainer: NativeTrainer, given: SmallEpoch = {}): EpochRequest {
  const { batchSize = 9, rate = 0.1, recorded = false, ...rest } = given
  const { order = Int32Array.from({ length: 21 }, (_, i) => i), batchSizes = evenBatches(order.length, batchSize) } =
    rest
  const constant = () => new Float64Array(batchSizes.length * trainer.layerNames.length).fill(rate)
  const record = {
    steps: Int32Array.from(recorded ? batchSizes.keys() : []),
    neurons: false,
    spectral: false,
    references: [],
    ...rest.record,
  }
  return { augmentationKey: 0, ...rest, order, batchSizes, rates: rest.rates ?? constant(), record }
}

/** The sizes of batches of `batchSize` images, of which the last takes what is left. */
export const evenBatches = (images: number, batchSize: number): Int32Array =>
  Int32Array.from({ length: Math.ceil(images / batchSize) }, (_, i) => Math.min(batchSize, images - i * batchSize))

export const trainEpoch = (
  trainer: NativeTrainer,
  given?: SmallEpoch,
  onProgress?: (progress: EpochProgress) => void,
): Promise<EpochResult> => trainer.trainEpoch(epochRequest(trainer, given), onProgress)

/** An epoch of many seconds, unless it is stopped. */
export const endless = { order: new Int32Array(1_000_000), batchSize: 1 }

export async function weightsByName(trainer: NativeTrainer): Promise<Map<string, Float32Array>> {
  return new Map((await trainer.weights()).map(({ name, data }) => [name, data]))
}

export const tensor = (name: string, shape: number[], data: readonly number[] | Float32Array): NamedTensor => ({
  name,
  shape,
  data: Float32Array.from(data),
})
