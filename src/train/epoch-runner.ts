import type { ExperimentConfig } from '../experiment/experiment.js'
import type { EpochProgress, EpochRequest, EpochResult, NativeTrainer } from '../native.js'
import { streamKey, streams } from '../random.js'
import type { EpochOrders } from './epoch-order.js'
import type { TrainingListeners } from './events.js'
import { joinResults, type Stretch } from './join-results.js'
import type { RateSource } from './rates/rate-source.js'

/** An epoch as it ran. */
export interface TrainedEpoch {
  result: EpochResult
  /** [steps that were planned][layers]; of stretches that did not begin 0. */
  rates: Float64Array
}

/** What an epoch is run with. */
export interface EpochMeans {
  config: ExperimentConfig
  trainer: NativeTrainer
  orders: EpochOrders
  rates: RateSource
  listeners: TrainingListeners
  /** Whether the training is to end. */
  stopped: () => boolean
}

/**
 * Trains an epoch, in as many calls of the addon as its rates have stretches.
 *
 * @param epoch 0-based
 * @param recorded steps after which the layers are measured, 0-based in the epoch, ascending
 */
export async function runEpoch(means: EpochMeans, epoch: number, recorded: Int32Array): Promise<TrainedEpoch> {
  const { config, trainer, orders } = means
  const { stepsPerEpoch } = orders
  const layers = trainer.layerNames.length
  const { order, batchSizes } = orders.epoch(epoch)
  const { neurons, references } = config.record
  const augmentationKey = streamKey(config.seed, streams.augmentation(epoch))
  const rates = new Float64Array(stepsPerEpoch * layers)
  const done: Stretch[] = []
  let first = 0
  let image = 0
  for (const steps of means.rates.stretches(epoch)) {
    // The addon knows of stops within a stretch only.
    if (done.length > 0 && means.stopped()) return { result: { ...joinResults(done), status: 'interrupted' }, rates }
    const own = await means.rates.rates(epoch, first, steps, () => trainer.rotation())
    rates.set(own, first * layers)
    const sizes = batchSizes.subarray(first, first + steps)
    const images = sum(sizes)
    const within = (step: number) => step >= first && step < first + steps
    const request: EpochRequest = {
      order: order.subarray(image, image + images),
      batchSizes: sizes,
      augmentationKey,
      rates: own,
      record: { steps: recorded.filter(within).map((step) => step - first), neurons, references },
    }
    const result = await trainStretch(means, epoch, first, request, done)
    done.push({ first, images: sum(sizes.subarray(0, result.steps)), result })
    if (result.status !== 'finished') break
    first += steps
    image += images
  }
  return { result: joinResults(done), rates }
}

async function trainStretch(
  { trainer, orders, rates, listeners: { onProgress } }: EpochMeans,
  epoch: number,
  first: number,
  request: EpochRequest,
  done: readonly Stretch[],
): Promise<EpochResult> {
  if (!onProgress) return trainer.trainEpoch(request)
  const before = done.length === 0 ? undefined : joinResults(done)
  const images = done.reduce((total, stretch) => total + stretch.images, 0)
  /** Of all images of the epoch so far. */
  const mean = (earlier: number | undefined, own: number, seen: number) =>
    ((earlier ?? 0) * images + own * seen) / (images + seen)

  // The addon calls from outside of any promise: what a listener throws there would end the process.
  const failures: unknown[] = []
  const result = await trainer.trainEpoch(request, (progress: EpochProgress) => {
    try {
      const step = first + progress.step
      const seen = sum(request.batchSizes.subarray(0, progress.step))
      onProgress({
        epoch,
        learningRate: rates.nominalRate(epoch, step - 1),
        step,
        steps: orders.stepsPerEpoch,
        loss: mean(before?.loss, progress.loss, seen),
        accuracy: mean(before?.accuracy, progress.accuracy, seen),
      })
    } catch (error) {
      failures.push(error)
      trainer.stop()
    }
  })
  if (failures.length > 0) throw failures[0]
  return result
}

const sum = (values: Int32Array): number => values.reduce((total, value) => total + value, 0)
