import type { ExperimentConfig } from '../experiment/config.js'
import type { BatchPlan } from '../native/contract.js'
import { permutation, streams } from '../random.js'

/** The images of an epoch in the order of their visit, and the sizes of its batches. */
export type EpochOrder = Pick<BatchPlan, 'order' | 'batchSizes'>

/** The order of a training's images in each of its epochs. */
export interface EpochOrders {
  readonly stepsPerEpoch: number
  /** Returns the order of an epoch, 0-based. Epochs may be asked for in any order; ascending is fastest. */
  epoch(epoch: number): EpochOrder
}

/**
 * Returns the orders of a training's epochs.
 *
 * @param images indices of the images that train, at least `batchSize`
 * @param batches 'all': an epoch is a pass over all images in a new order; its last batch may be partial.
 *   'kerasSequence': the order of Keras 2.1's fit_generator for a shuffled Sequence with steps_per_epoch = ⌊n / b⌋. A
 *   pass is cut into batches, which are shuffled too; the partial batch may come at any place, and an epoch ends after
 *   ⌊n / b⌋ batches even if the pass has not ended.
 */
export function epochOrders(
  images: Int32Array,
  { batchSize, batches, seed }: Pick<ExperimentConfig, 'batchSize' | 'batches' | 'seed'>,
): EpochOrders {
  const orderOf = remembered((pass) => permutation(images.length, seed, streams.order(pass)).map((i) => images[i]!))
  const sizes = batchSizes(images.length, batchSize)
  if (batches === 'all') {
    return { stepsPerEpoch: sizes.length, epoch: (epoch) => ({ order: orderOf(epoch), batchSizes: sizes }) }
  }
  const stepsPerEpoch = countSteps(images.length, { batchSize, batches })
  const servedIn = remembered((pass) => permutation(sizes.length, seed, streams.batches(pass)))
  const batchAt = (step: number): Int32Array => {
    const pass = Math.floor(step / sizes.length)
    const batch = servedIn(pass)[step % sizes.length]!
    return orderOf(pass).subarray(batch * batchSize, (batch + 1) * batchSize)
  }
  const epoch = (epoch: number): EpochOrder =>
    joined(Array.from({ length: stepsPerEpoch }, (_, step) => batchAt(epoch * stepsPerEpoch + step)))
  return { stepsPerEpoch, epoch }
}

/** Steps per epoch of `epochOrders` for a number of images. */
export function countSteps(
  images: number,
  { batchSize, batches }: Pick<ExperimentConfig, 'batchSize' | 'batches'>,
): number {
  return batches === 'all' ? Math.ceil(images / batchSize) : Math.floor(images / batchSize)
}

function joined(batches: readonly Int32Array[]): EpochOrder {
  const order = new Int32Array(batches.reduce((sum, batch) => sum + batch.length, 0))
  let begin = 0
  for (const batch of batches) {
    order.set(batch, begin)
    begin += batch.length
  }
  return { order, batchSizes: Int32Array.from(batches, (batch) => batch.length) }
}

/** [steps]: full batches and, if images remain, a partial one. */
function batchSizes(images: number, batchSize: number): Int32Array {
  const steps = Math.ceil(images / batchSize)
  return Int32Array.from({ length: steps }, (_, step) => Math.min(batchSize, images - step * batchSize))
}

/** Keeps the last result: consecutive steps and epochs that share a pass ask for the same one. */
function remembered<Result>(compute: (pass: number) => Result): (pass: number) => Result {
  let last: { pass: number; result: Result } | undefined
  return (pass) => {
    if (last?.pass !== pass) last = { pass, result: compute(pass) }
    return last.result
  }
}
