import { z } from 'zod'
import { Refusal } from './refusal.js'

/** The height and width of a window, a stride or a padding. */
export type Pair = [height: number, width: number]

/** Two whole numbers as [height, width], or one for both; a config holds two. */
export function pair(minimum: 0 | 1) {
  const size = z.int().min(minimum)
  return z
    .union([size, z.tuple([size, size])], {
      error: `a whole number of at least ${minimum}, or two as [height, width]`,
    })
    .transform(both)
}

/**
 * The pixels that surround an image: none ('valid'); as many as make the output ⌈input / stride⌉, the odd one at the bottom
 * and right ('same', TensorFlow's); or as many as are given, equally at top and bottom, left and right.
 */
export const paddingSchema = z
  .union([z.enum(['valid', 'same']), z.int().min(0), z.tuple([z.int().min(0), z.int().min(0)])], {
    error: 'valid, same, a whole number of at least 0, or two as [height, width]',
  })
  .transform((padding) => (typeof padding === 'string' ? padding : both(padding)))

function both(size: number | Pair): Pair {
  return typeof size === 'number' ? [size, size] : size
}

interface Windows {
  stride: Pair
  padding: 'valid' | 'same' | Pair
}

/**
 * The number of windows of `window` pixels that fit an image of `size` pixels, along height and width.
 *
 * @throws {Refusal} if none fits
 */
export function countWindows(size: Pair, window: Pair, { stride, padding }: Windows): number[] {
  if (padding === 'same') return size.map((pixels, i) => Math.ceil(pixels / stride[i]!))
  const padded = size.map((pixels, i) => pixels + 2 * (padding === 'valid' ? 0 : padding[i]!))
  if (padded.some((pixels, i) => pixels < window[i]!)) {
    const least = window.map((pixels, i) => pixels - (padded[i]! - size[i]!))
    throw new Refusal(
      `takes images of at least ${least[0]} × ${least[1]} pixels`,
      'expected a smaller window or more padding',
    )
  }
  return padded.map((pixels, i) => Math.floor((pixels - window[i]!) / stride[i]!) + 1)
}

/** A window and its stride for a table, `3×3 /2`; a usual stride is left out. */
export function windowSummary(window: Pair, stride: Pair, usualStride: Pair): string {
  if (cross(stride) === cross(usualStride)) return cross(window)
  return `${cross(window)} /${stride[0] === stride[1] ? stride[0] : cross(stride)}`
}

const cross = ([height, width]: Pair) => `${height}×${width}`
