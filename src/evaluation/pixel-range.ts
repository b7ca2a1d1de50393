import type { Preprocessing } from '../run/preprocessing.js'

/** The largest pixels of images between 0 and 1, with some room for others than the training images; and of bytes, the darkest ones. */
const [mostOfUnit, leastOfBytes] = [4, 16]

/**
 * Says that images have the range of bytes where a network was trained on numbers between 0 and 1, or the other way: nothing else
 * would, as any pixels give some class.
 *
 * @param subject the beginning of the sentence: 'the images'
 * @returns undefined if the ranges fit, as far as they tell
 */
export function rangeNote(
  pixels: Uint8Array | Float32Array,
  { mean, deviation }: Preprocessing,
  subject: string,
): string | undefined {
  const trained = Math.max(...mean.map((value, channel) => Math.abs(value) + 2 * deviation[channel]!))
  let largest = 0
  for (const value of pixels) largest = Math.max(largest, Math.abs(value))
  const isUnit = pixels instanceof Float32Array && largest <= 1
  const remedy =
    trained > leastOfBytes && isUnit && largest > 0
      ? 'between 0 and 1, but the network was trained on 0 … 255: multiply them by 255'
      : trained <= mostOfUnit && largest > leastOfBytes
        ? `up to ${largest}, but the network was trained on numbers up to about ${Number(trained.toPrecision(2))}: divide them by 255`
        : undefined
  return remedy === undefined ? undefined : `${subject} have pixels ${remedy}`
}
