import { z } from 'zod'
import type { Input } from '../validation/input.js'

/** The key of data sets of which a training may take a part. */
export const subsetKey = {
  /**
   * The number of training images of each class, drawn by the seed, at least 1; null for all. All test images are used in any
   * case. The paper's value for MNIST is 1000.
   *
   * @default null
   */
  perClass: z.int().min(1).nullable().default(null),
}

/** The same key as an option. */
export interface SubsetOption extends Input<z.ZodObject<typeof subsetKey>> {}

/** The value of a key that names the folder of a data set, or null. */
export const folder = z.string().min(1).nullable().default(null)
