import { z } from 'zod'

/** Height and width, of a kernel, a stride or a padding. */
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
 * What is put around an image: nothing ('valid'); as many pixels as make the output ⌈input / stride⌉, the odd one at the
 * bottom and right ('same', TensorFlow's); or as many as are given, equally at top and bottom, left and right.
 */
export const paddingSchema = z
  .union([z.enum(['valid', 'same']), z.int().min(0), z.tuple([z.int().min(0), z.int().min(0)])], {
    error: 'valid, same, a whole number of at least 0, or two as [height, width]',
  })
  .transform((padding) => (typeof padding === 'string' ? padding : both(padding)))

function both(size: number | Pair): Pair {
  return typeof size === 'number' ? [size, size] : size
}
