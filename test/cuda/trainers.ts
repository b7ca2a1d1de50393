import { averagePool } from '../../src/model/layers.js'
import type { EpochResult, NamedTensor, NativeTrainer } from '../../src/native/contract.js'
import type { ImageModel } from '../native/support/image-model.js'
import { integers } from '../native/support/random.js'
import {
  randomSplit,
  smallTrainer,
  trainEpoch,
  type SmallEpoch,
  type SmallSpec,
} from '../native/support/small-trainer.js'
import { combine, norm, sameBits, type Vector } from '../native/support/vectors.js'
import { plainNet } from '../native/support/networks.js'
import { device } from './device.js'

/** plainNet without windows that overlap, in whose gradients LibTorch adds with atomics: in another order every time. */
export const repeatableNet: ImageModel = {
  ...plainNet,
  layers: plainNet.layers.map((layer) =>
    layer.name === 'pool1' ? averagePool({ name: 'pool1', size: 2, padding: 'same' }) : layer,
  ),
}

/** 50 images for training: batches of 16 leave 2. */
export const images = 50

/** A trainer of `model` on `device`, by default the GPU, with shifted and flipped images. */
export function imagesTrainer(model: ImageModel, options: SmallSpec = {}): Promise<NativeTrainer> {
  const pixels = model.inputShape.reduce((product, n) => product * n)
  const data = { train: randomSplit(images, 5, pixels), test: randomSplit(10, 6, pixels) }
  const augmentation = { shift: 2, flip: true }
  return smallTrainer({ ...model, classes: classes(model), device, augmentation, ...options, data })
}

function classes({ layers }: ImageModel): number {
  const last = layers.at(-1)!
  if (last.type !== 'dense') throw new Error('expected a dense layer at the end')
  return last.units
}

/** Epochs over all images in an order of their own, every step recorded. */
export async function trainEpochs(
  trainer: NativeTrainer,
  epochs: number,
  given: SmallEpoch = {},
): Promise<EpochResult[]> {
  const results: EpochResult[] = []
  for (let epoch = 0; epoch < epochs; epoch++) {
    const keys = integers(images, 2 ** 30, 100 + epoch)
    const order = Int32Array.from(keys.keys()).sort((a, b) => keys[a]! - keys[b]!)
    const request = { order, batchSize: 16, rate: 0.02 / (1 + epoch), recorded: true, augmentationKey: epoch, ...given }
    results.push(await trainEpoch(trainer, request))
  }
  return results
}

/** |x − y| / |y − z| over all tensors of the name: how much two trainings differ, by how far they went. */
export function differenceByChange(x: NamedTensor[], y: NamedTensor[], z: NamedTensor[]): number {
  const square = (a: NamedTensor[], b: NamedTensor[]) =>
    a.reduce((sum, { data }, i) => sum + norm(combine(1, data as Vector, -1, b[i]!.data)) ** 2, 0)
  return Math.sqrt(square(x, y) / square(y, z))
}

/** The names of the tensors that are not the same, bit by bit. */
export const differing = (x: NamedTensor[], y: NamedTensor[]): string[] =>
  x.filter(({ data }, i) => !sameBits(data, y[i]!.data)).map(({ name }) => name)
