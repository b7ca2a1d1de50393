import type { ExperimentConfig } from '../experiment/config.js'
import { actingRates } from '../groups/layer-settings.js'
import type {
  EpochProgress,
  EpochRequest,
  EpochResult,
  NativeTrainer,
  NotFinite,
  ParameterSettings,
} from '../native/contract.js'
import { streamKey, streams } from '../random.js'
import type { EpochPart } from '../run/training-checkpoint.js'
import { joinTables, LayerTable } from '../rotation/layer-table.js'
import type { EpochOrders } from './epoch-order.js'
import type { TrainingListeners } from './events.js'
import { measuredLayers } from './measured-layers.js'
import type { RateSource } from './rates/rate-source.js'

/** Where the numbers of a training ceased to be finite. */
export interface Divergence {
  /** Of the epoch, from 1. */
  step: number
  /** Of the step's batch; where it is finite, the step's update was not. */
  loss: number
  found: NotFinite
}

/** An epoch as far as it ran. */
export interface TrainedEpoch {
  status: EpochResult['status']
  part: EpochPart
  divergence?: Divergence
}

/** What an epoch is run with. */
export interface EpochMeans {
  config: ExperimentConfig
  trainer: NativeTrainer
  orders: EpochOrders
  rates: RateSource
  /** [layers] */
  settings: readonly ParameterSettings[]
  listeners: TrainingListeners
  /** Whether the training is to end. */
  stopped: () => boolean
  /** Milliseconds until `pause` is to be called; Infinity for never. */
  untilPause: () => number
  /** Called between two steps. */
  pause: (part: EpochPart) => Promise<void>
  /** Told what the user should know of how the steps ran. */
  warn: (message: string) => Promise<void>
}

/**
 * Trains an epoch, or the rest of one, in as many calls of the addon as its rates have stretches; to the same bits however
 * often it is stopped in between.
 *
 * @param epoch 0-based
 * @param recorded steps after which the layers are measured, 0-based in the epoch, ascending
 * @param begun what was trained of it before
 */
export async function runEpoch(
  means: EpochMeans,
  epoch: number,
  recorded: Int32Array,
  begun?: EpochPart,
): Promise<TrainedEpoch> {
  const { trainer, orders, settings } = means
  const layers = trainer.layerNames
  const stepsBefore = epoch * orders.stepsPerEpoch
  const rates = new Float64Array(orders.stepsPerEpoch * layers.length)
  rates.set(begun?.rates ?? [])
  let planned = (begun?.rates.length ?? 0) / layers.length
  let { steps: done, sums, table } = begun ?? nothing(layers)
  const part = (): EpochPart => ({ steps: done, sums, rates: rates.slice(0, planned * layers.length), table })
  const requestOf = requests(means, epoch, rates, recorded)
  let end = 0
  for (const steps of means.rates.stretches(epoch)) {
    const begin = end
    end += steps
    if (done >= end) continue
    if (planned < end) {
      if (means.stopped()) break
      rates.set(await means.rates.rates(epoch, begin, steps, () => trainer.rotation()), begin * layers.length)
      planned = end
    }
    // The addon knows of stops within a call only.
    while (done < end && !means.stopped()) {
      const request = requestOf(done, end, sums)
      const result = await trainStretch(means, epoch, done, request)
      for (const warning of result.warnings) await means.warn(warning)
      const acting = actingRates(request.rates, settings)
      const measured = measuredLayers(result.records, { layers, stepsBefore: stepsBefore + done, rates: acting })
      if (measured.length > 0) table = table.length > 0 ? joinTables([table, measured]) : measured
      if (result.steps > 0) sums = result.sums
      done += result.steps
      if (result.status === 'diverged') {
        const { order, batchSizes, augmentationKey } = requestOf(done, done + 1, sums)
        const found = await trainer.notFinite({ order, batchSizes, augmentationKey })
        const divergence = { step: done + 1, loss: result.losses.at(-1)!, found }
        return { status: 'diverged', part: part(), divergence }
      }
      if (done < orders.stepsPerEpoch && !means.stopped() && means.untilPause() <= 0) await means.pause(part())
    }
  }
  return { status: done === orders.stepsPerEpoch ? 'finished' : 'interrupted', part: part() }
}

const nothing = (layers: readonly string[]): Pick<EpochPart, 'steps' | 'sums' | 'table'> => ({
  steps: 0,
  sums: { loss: 0, hits: 0, examples: 0 },
  table: new LayerTable(layers, new Int32Array(), new Map()),
})

/** The requests for the steps of an epoch from one to another. @param rates [steps of the epoch][layers] */
function requests(
  { config, trainer, orders }: EpochMeans,
  epoch: number,
  rates: Float64Array,
  recorded: Int32Array,
): (begin: number, end: number, sums: EpochPart['sums']) => EpochRequest {
  const { order, batchSizes } = orders.epoch(epoch)
  const { neurons, references } = config.record
  const augmentationKey = streamKey(config.seed, streams.augmentation(epoch))
  const layers = trainer.layerNames.length
  return (begin, end, sums) => {
    const images = sum(batchSizes.subarray(0, begin))
    const sizes = batchSizes.subarray(begin, end)
    const steps = recorded.filter((step) => step >= begin && step < end).map((step) => step - begin)
    return {
      order: order.subarray(images, images + sum(sizes)),
      batchSizes: sizes,
      augmentationKey,
      rates: rates.subarray(begin * layers, end * layers),
      record: { steps, neurons, references },
      sums,
    }
  }
}

/** @param done steps of the epoch before these */
async function trainStretch(
  { trainer, orders, rates, listeners: { onProgress }, untilPause }: EpochMeans,
  epoch: number,
  done: number,
  request: EpochRequest,
): Promise<EpochResult> {
  // The addon calls from outside of any promise: what a listener throws there would end the process.
  const failures: unknown[] = []
  const report = ({ step, loss, accuracy }: EpochProgress) => {
    try {
      const learningRate = rates.nominalRate(epoch, done + step - 1)
      onProgress?.({ epoch, learningRate, step: done + step, steps: orders.stepsPerEpoch, loss, accuracy })
    } catch (error) {
      failures.push(error)
      trainer.stop()
    }
  }
  const pause = untilPause()
  const timer = pause === Infinity ? undefined : setTimeout(() => trainer.stop(), Math.max(0, pause))
  try {
    const result = await trainer.trainEpoch(request, onProgress && report)
    if (failures.length > 0) throw failures[0]
    return result
  } finally {
    clearTimeout(timer)
  }
}

const sum = (values: Int32Array): number => values.reduce((total, value) => total + value, 0)
