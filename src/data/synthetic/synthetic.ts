import { z } from 'zod'
import { elements } from '../../shape.js'
import { constructorOf, type Constructor } from '../../validation/constructor.js'
import { strictObject } from '../../validation/strict-object.js'
import { dataSet } from '../data-set.js'
import { makeSynthetic } from './make-synthetic.js'

const largestSplit = 2 ** 32 - 1
const length = z.int().min(1).max(4096)

const syntheticSchema = strictObject({
  /** The type of the data: images made from the seed. */
  type: z.literal('synthetic'),
  /** The shape of an image, [channels, height, width], each from 1 to 4096. */
  shape: z.tuple([length, length, length]),
  /** The number of classes, from 2 to 65536. */
  classes: z.int().min(2).max(65_536),
  /** The number of training images, at least 1. */
  train: z.int().min(1),
  /** The number of test images, at least 1. */
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
 * Images made from the seed of the experiment, in any shape and number: each class has its own pattern in blocks of 4 × 4
 * pixels, under noise three times as strong. They suit tests and benchmarks: no file is read, and networks can learn them.
 *
 *     synthetic({ shape: [3, 32, 32], classes: 10, train: 50_000, test: 10_000 })
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const synthetic: Constructor<typeof syntheticSchema> = constructorOf(syntheticSchema)

export const syntheticSet = dataSet({
  schema: syntheticSchema,
  shape: ({ shape, classes }) => ({ inputShape: shape, classes }),
  images: ({ train, test }) => ({ train, test }),
  text: ({ shape, classes, train }) =>
    `synthetic, ${classes} classes, ${train.toLocaleString('en')} training images of ${shape.join(' × ')}`,
  read: makeSynthetic,
})
