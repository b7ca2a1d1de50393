import { z } from 'zod'
import { strictObject } from '../../validation/strict-object.js'
import { validate } from '../../validation/validate.js'
import { elements } from '../../shape.js'

const largestSplit = 2 ** 32 - 1

export const syntheticSchema = strictObject({
  type: z.literal('synthetic'),
  /** [channels, height, width] of an image. */
  shape: z.tuple([z.int().min(1).max(4096), z.int().min(1).max(4096), z.int().min(1).max(4096)]),
  classes: z.int().min(2).max(65_536),
  /** Number of training images. */
  train: z.int().min(1),
  /** Number of test images. */
  test: z.int().min(1),
}).superRefine(({ shape, train, test }, context) => {
  const size = elements(shape)
  for (const [split, images] of Object.entries({ train, test })) {
    if (images * size <= largestSplit) continue
    const message = `${images} images of ${size} bytes are more than 4 GiB; expected at most ${Math.floor(largestSplit / size)}`
    context.addIssue({ code: 'custom', path: [split], message })
  }
})

export type SyntheticConfig = z.output<typeof syntheticSchema>

/**
 * Images made from the seed of the experiment, of any shape and number: each class has a pattern of its own in blocks of
 * 4 × 4 pixels, under noise three times as strong. For tests and benchmarks: nothing is read, and it can be learned.
 *
 *     synthetic({ shape: [3, 32, 32], classes: 10, train: 50_000, test: 10_000 })
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function synthetic(options: Omit<z.input<typeof syntheticSchema>, 'type'>): SyntheticConfig {
  return validate(syntheticSchema, { type: 'synthetic', ...options }, 'synthetic')
}
