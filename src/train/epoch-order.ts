import type { ExperimentConfig } from '../experiment/experiment.js'
import type { BatchPlan } from '../native.js'
import { permutation, streams } from '../random.js'

/** What an epoch visits, in batches. */
export type EpochOrder = Pick<BatchPlan, 'order' | 'batchSizes'>

/** The order of a training's images in each of its epochs. */
export interface EpochOrders {
  readonly stepsPerEpoch: number
  /** @param epoch 0-based; any, in any order, but fastest one after the other */
  epoch(epoch: number): EpochOrder
}

/**
 * @param images indices of the images that train, at least `batchSize`
 * @param batches 'all': an epoch is a pass over all images in a new order, its last batch may be partial.
 *   'kerasSequence': what Keras 2.1's fit_generator makes of a shuffled Sequence with steps_per_epoch = ⌊n / b⌋. A pass is
 *   cut into batches, and these are served in an order of their own; the partial one comes up anywhere, and an epoch ends
 *   after ⌊n / b⌋ batches wherever the pass then is.
 */
export function epochOrders(
  images: Int32Array,
  { batchSize, batches, seed }: Pick<ExperimentConfig, 'batchSize' | 'batches' | 'seed'>,
): EpochOrders {
  const pass = remembered((pass) => permutation(images.length, seed, streams.order(pass)).map((i) => images[i]!))
  const sizes = batchSizes(images.length, batchSize)
  switch (batches) {
    case 'all':
      return { stepsPerEpoch: sizes.length, epoch: (epoch) => ({ order: pass(epoch), batchSizes: sizes }) }
    case 'kerasSequence': {
      const stepsPerEpoch = Math.floor(images.length / batchSize)
      const served = remembered((pass) => permutation(sizes.length, seed, streams.batches(pass)))
      return { stepsPerEpoch, epoch }

      function epoch(epoch: number): EpochOrder {
        const steps = Array.from({ length: stepsPerEpoch }, (_, step) => batchAt(epoch * stepsPerEpoch + step))
        const order = new Int32Array(steps.reduce((sum, batch) => sum + batch.length, 0))
        let begin = 0
        for (const batch of steps) {
          order.set(batch, begin)
          begin += batch.length
        }
        return { order, batchSizes: Int32Array.from(steps, (batch) => batch.length) }
      }

      function batchAt(step: number): Int32Array {
        const number = Math.floor(step / sizes.length)
        const batch = served(number)[step % sizes.length]!
        return pass(number).subarray(batch * batchSize, (batch + 1) * batchSize)
      }
    }
  }
}

/** Full batches and, where something remains, a partial one. */
function batchSizes(images: number, batchSize: number): Int32Array {
  const steps = Math.ceil(images / batchSize)
  return Int32Array.from({ length: steps }, (_, step) => Math.min(batchSize, images - step * batchSize))
}

/** Keeps the last result: consecutive steps, and the epochs that share a pass, ask for the same one. */
function remembered<Result>(compute: (pass: number) => Result): (pass: number) => Result {
  let last: { pass: number; result: Result } | undefined
  return (pass) => {
    if (last?.pass !== pass) last = { pass, result: compute(pass) }
    return last.result
  }
}
