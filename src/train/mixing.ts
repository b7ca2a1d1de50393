import jStat from 'jstat'
import type { MixingConfig } from '../experiment/augmentation-config.js'
import type { Mixing } from '../native/contract.js'
import { mix, streamKey, streams, uniforms } from '../random.js'
import type { EpochOrder } from './epoch-order.js'

/** Height and width of the images. */
type Size = readonly [height: number, width: number]

/** The mixture of a step: see Mixing. */
interface StepMix {
  share: number
  box: readonly [top: number, bottom: number, left: number, right: number]
}

const noBox = [0, 0, 0, 0] as const

/**
 * The mixtures of an epoch's images, drawn for each of its batches from seed, epoch and step. The partner of an image is the one
 * at the mirrored place of the batch, so that the first is mixed with the last, as in timm's Mixup.
 *
 * @param epoch 0-based
 */
export function epochMixing(
  config: MixingConfig,
  { order, batchSizes }: EpochOrder,
  { seed, epoch, size }: { seed: number; epoch: number; size: Size },
): Mixing {
  const key = streamKey(seed, streams.mixing(epoch))
  const mixes = Array.from(batchSizes, (_, step) => stepMix(config, size, uniforms(mix(key + step))))
  return {
    partners: mirrored(order, batchSizes),
    shares: Float64Array.from(mixes, ({ share }) => share),
    boxes: Int32Array.from(mixes.flatMap(({ box }) => box)),
  }
}

/** The mixtures of the steps `begin` to `end - 1`, whose images have the places `first` to `last - 1` in the order. */
export const partOfMixing = (
  { partners, shares, boxes, erased }: Mixing,
  [begin, end]: readonly [number, number],
  [first, last]: readonly [number, number],
): Mixing => ({
  partners: partners.subarray(first, last),
  shares: shares.subarray(begin, end),
  boxes: boxes.subarray(4 * begin, 4 * end),
  ...(erased && { erased: erased.subarray(4 * first, 4 * last) }),
})

function stepMix({ mixup, cutmix, probability }: MixingConfig, size: Size, uniform: () => number): StepMix {
  if (uniform() >= probability) return { share: 1, box: noBox }
  const cuts = cutmix > 0 && (mixup === 0 || uniform() < 0.5)
  const alpha = cuts ? cutmix : mixup
  const quantile = jStat.beta.inv(uniform(), alpha, alpha)
  // A small α has quantiles below 1e-300, where jStat divides by a density that is no number any more.
  const share = Number.isNaN(quantile) ? 0 : quantile
  return cuts ? cutMix(share, size, uniform) : { share, box: noBox }
}

/** A box of about the share 1 - λ of the image around any of its pixels; what lies outside does not count (CutMix, algorithm 1). */
function cutMix(lambda: number, [height, width]: Size, uniform: () => number): StepMix {
  const ratio = Math.sqrt(1 - lambda)
  const range = (size: number) => {
    const [half, centre] = [Math.floor(Math.trunc(size * ratio) / 2), Math.floor(size * uniform())]
    return [Math.max(centre - half, 0), Math.min(centre + half, size)] as const
  }
  const [[top, bottom], [left, right]] = [range(height), range(width)]
  const share = 1 - ((bottom - top) * (right - left)) / (height * width)
  return share === 1 ? { share, box: noBox } : { share, box: [top, bottom, left, right] }
}

/** The images of each batch in reversed order. */
function mirrored(order: Int32Array, batchSizes: Int32Array): Int32Array {
  const partners = Int32Array.from(order)
  let begin = 0
  for (const size of batchSizes) {
    partners.subarray(begin, begin + size).reverse()
    begin += size
  }
  return partners
}
