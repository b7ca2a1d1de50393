import { dense, flatten } from '../../../src/model/layers.js'
import type { Split } from '../../../src/data/split.js'
import type { BatchPlan, NativeTrainer, TrainerSpec } from '../../../src/native/contract.js'
import { integers } from './random.js'
import { smallTrainer, tensor, trainEpoch, weightsByName } from './small-trainer.js'

/** `n` images of random bytes, all of class 0. */
export function images(n: number, pixels: number, seed: number): Split {
  return { images: Uint8Array.from(integers(n * pixels, 256, seed)), labels: new Int32Array(n) }
}

/** A network of two classes that shows what it sees; see seenImage(). Pixels enter it as they are unless said otherwise. */
export function transparentTrainer(
  inputShape: readonly number[],
  train: Split,
  { mean = [0], deviation = [1], ...spec }: Partial<TrainerSpec> & { mean?: number[]; deviation?: number[] } = {},
): Promise<NativeTrainer> {
  return smallTrainer({
    inputShape,
    classes: 2,
    layers: [flatten({ name: 'flatten' }), dense({ name: 'dense0', units: 2, bias: false })],
    ...spec,
    data: { mean: Float64Array.from(mean), deviation: Float64Array.from(deviation), train, test: train },
  })
}

/**
 * The input of the network in a step on one image. From weights of zero, where both classes are equally likely, a step of
 * rate 2 makes the weights of class 0 the input itself, without rounding.
 */
export async function seenImage(
  trainer: NativeTrainer,
  index: number,
  augmentationKey: number,
  changes: Pick<BatchPlan, 'erased' | 'mixing'> = {},
): Promise<Float32Array> {
  const inputs = (await weightsByName(trainer)).get('dense0.weight')!.length / 2
  await trainer.setWeights([tensor('dense0.weight', [2, inputs], new Float32Array(2 * inputs))])
  await trainEpoch(trainer, { order: Int32Array.of(index), batchSize: 1, augmentationKey, rate: 2, ...changes })
  return (await weightsByName(trainer)).get('dense0.weight')!.subarray(0, inputs)
}
