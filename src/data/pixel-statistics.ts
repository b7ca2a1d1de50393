import { elements } from '../shape.js'

/** The normalisation of pixels: by one mean and deviation for all of them ('scalar'), or by one for each channel. */
export type Normalization = 'scalar' | 'channel'

/** The statistics of pixels, [1] or [channels] each. */
export interface PixelStatistics {
  mean: Float64Array
  deviation: Float64Array
}

/**
 * Returns the mean and population deviation of images: of bytes from the histograms of their channels, which is exact up to one
 * rounding for any number of images, and of fp32 numbers in two passes in double precision.
 *
 * @param images [n, channels, height, width]
 * @param shape [channels, height, width]
 */
export function pixelStatistics(
  images: Uint8Array | Float32Array,
  shape: readonly number[],
  normalization: Normalization,
): PixelStatistics {
  const [channels = 1, ...plane] = shape
  const moments =
    images instanceof Uint8Array
      ? momentsOfBytes(images, channels, elements(plane), normalization)
      : momentsOfNumbers(images, channels, elements(plane), normalization)
  return {
    mean: Float64Array.from(moments, ({ mean }) => mean),
    deviation: Float64Array.from(moments, ({ deviation }) => deviation),
  }
}

interface Moments {
  mean: number
  deviation: number
}

function momentsOfBytes(images: Uint8Array, channels: number, plane: number, normalization: Normalization): Moments[] {
  const histograms = channelHistograms(images, channels, plane)
  const chosen = normalization === 'channel' ? histograms : [sum(histograms)]
  return chosen.map(momentsOf)
}

function momentsOfNumbers(
  images: Float32Array,
  channels: number,
  plane: number,
  normalization: Normalization,
): Moments[] {
  const groups = normalization === 'channel' ? channels : 1
  const group = normalization === 'channel' ? plane : channels * plane
  const totals = (term: (value: number, group: number) => number) => {
    const sums = new Float64Array(groups)
    for (let i = 0; i < images.length; i++) {
      const of = Math.floor(i / group) % groups
      sums[of]! += term(images[i]!, of)
    }
    return sums.map((sum) => (sum * groups) / images.length)
  }
  const means = totals((value) => value)
  const variances = totals((value, of) => (value - means[of]!) ** 2)
  return Array.from(means, (mean, of) => ({ mean, deviation: Math.sqrt(variances[of]!) }))
}

/** Counts the values 0 … 255 in each channel. */
function channelHistograms(images: Uint8Array, channels: number, plane: number): Uint32Array[] {
  const histograms = Array.from({ length: channels }, () => new Uint32Array(256))
  for (let start = 0; start < images.length;) {
    for (const counts of histograms) {
      const end = start + plane
      for (; start < end; start++) counts[images[start]!]!++
    }
  }
  return histograms
}

function sum(histograms: readonly Uint32Array[]): Float64Array {
  return Float64Array.from({ length: 256 }, (_, value) =>
    histograms.reduce((total, counts) => total + counts[value]!, 0),
  )
}

function momentsOf(counts: Uint32Array | Float64Array): Moments {
  let [pixels, total, squares] = [0, 0, 0]
  for (const [value, count] of counts.entries()) {
    pixels += count
    total += count * value
  }
  const mean = total / pixels
  for (const [value, count] of counts.entries()) squares += count * (value - mean) ** 2
  return { mean, deviation: Math.sqrt(squares / pixels) }
}
