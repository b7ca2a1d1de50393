import { dataShape } from '../data/data.js'
import { averagingIn } from '../experiment/averaging-config.js'
import type { ExperimentConfig } from '../experiment/config.js'
import type { EpochRequest, EpochSums, Mixing } from '../native/contract.js'
import { streamKey, streams } from '../random.js'
import { averageRequest } from './averaging.js'
import type { EpochOrder } from './epoch-order.js'
import { erasedBoxes } from './erasing.js'
import { epochMixing, partOfMixing } from './mixing.js'
import type { TrainingSetup } from './prepare.js'

/**
 * Returns a function that makes the addon's request for the steps `begin` to `end - 1` of an epoch, 0-based.
 *
 * @param rates [steps of the epoch][layers], row-major; read when a request is made
 * @param recorded steps after which the layers are measured, 0-based within the epoch, ascending
 * @param firstAveraged the first epoch, 0-based, with steps after which the weights are averaged
 */
export function epochRequests(
  { config, trainer, orders }: Pick<TrainingSetup, 'config' | 'trainer' | 'orders'>,
  epoch: number,
  rates: Float64Array,
  recorded: Int32Array,
  firstAveraged?: number,
): (begin: number, end: number, sums: EpochSums) => EpochRequest {
  const { order, batchSizes } = orders.epoch(epoch)
  const averaging = averagingIn(config)
  const { neurons, spectral, references } = config.record
  const augmentationKey = streamKey(config.seed, streams.augmentation(epoch))
  const layers = trainer.layerNames.length
  const erased = erasedIn(config, order, augmentationKey)
  const mixing = mixingOf(config, { order, batchSizes }, epoch)
  return (begin, end, sums) => {
    const first = total(batchSizes.subarray(0, begin))
    const sizes = batchSizes.subarray(begin, end)
    const last = first + total(sizes)
    const steps = recorded.filter((step) => step >= begin && step < end).map((step) => step - begin)
    return {
      order: order.subarray(first, last),
      batchSizes: sizes,
      augmentationKey,
      ...(erased && { erased: erased.subarray(4 * first, 4 * last) }),
      ...(mixing && { mixing: partOfMixing(mixing, [begin, end], [first, last]) }),
      rates: rates.subarray(begin * layers, end * layers),
      record: { steps, neurons, spectral, references },
      ...(averaging && { average: averageRequest(averaging, epoch, batchSizes.length, [begin, end], firstAveraged) }),
      sums,
    }
  }
}

/** The boxes that are erased of some images; undefined if none are. @param key the epoch's augmentation key */
function erasedIn({ augmentation, data }: ExperimentConfig, images: Int32Array, key: number): Int32Array | undefined {
  const { randomErasing } = augmentation
  return randomErasing === null ? undefined : erasedBoxes(randomErasing, images, key, imageSize(data))
}

function mixingOf(config: ExperimentConfig, order: EpochOrder, epoch: number): Mixing | null {
  const { augmentation, data, seed } = config
  if (augmentation.mixing === null) return null
  const mixing = epochMixing(augmentation.mixing, order, { seed, epoch, size: imageSize(data) })
  const erased = erasedIn(config, mixing.partners, streamKey(seed, streams.augmentation(epoch)))
  return { ...mixing, ...(erased && { erased }) }
}

const imageSize = (data: ExperimentConfig['data']) => dataShape(data).inputShape.slice(-2) as [number, number]

const total = (values: Int32Array): number => values.reduce((sum, value) => sum + value, 0)
