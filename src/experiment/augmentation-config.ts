import { z } from 'zod'
import type { Input } from '../validation/input.js'
import { strictObject } from '../validation/strict-object.js'

const cropSchema = strictObject({
  /**
   * The number of pixels that are added on each side, at least 1; usual are 4 for images of 32 × 32.
   *
   * @default 4
   */
  padding: z.int().min(1).default(4),
  /**
   * The pixels that are added, under torchvision's names: 'constant', black ones, 0 before normalisation; 'edge', the one at
   * the border; 'reflect', the image mirrored without the row at its border; 'symmetric', mirrored with it.
   *
   * @default "constant"
   */
  mode: z.enum(['constant', 'edge', 'reflect', 'symmetric']).default('constant'),
})

const alphaSchema = z
  .number()
  .min(0)
  .max(100)
  .refine((alpha) => alpha === 0 || alpha >= 0.01, {
    // A number that is wrong by itself is reported as such.
    when: ({ issues }) => issues.length === 0,
    error: ({ input }) => `${String(input)} is too small; expected 0, or 0.01 to 100`,
  })

const mixingSchema = strictObject({
  /**
   * α of mixup (arXiv 1710.09412): images are blended in the shares λ and 1 - λ, with λ drawn from Beta(α, α) for each batch.
   * 0 for none, or 0.01 to 100; usual are 0.2 to 1.
   *
   * @default 0
   */
  mixup: alphaSchema.default(0),
  /**
   * α of CutMix (arXiv 1905.04899): a box of the partner, of the share 1 - λ of the image, replaces the image's own pixels.
   * 0 for none, or 0.01 to 100; usual is 1. If mixup is above 0 too, each batch takes one of the two with probability 1/2.
   *
   * @default 0
   */
  cutmix: alphaSchema.default(0),
  /**
   * The probability that a batch is mixed, above 0 and at most 1. CutMix's paper: 0.5 on CIFAR.
   *
   * @default 1
   */
  probability: z.number().gt(0).max(1).default(1),
})

/** Two numbers, each as `bound` says, of which the second is not below the first. */
const rangeSchema = (bound: z.ZodNumber) =>
  z.tuple([bound, bound]).refine(([low, high]) => low <= high, {
    when: ({ issues }) => issues.length === 0,
    error: ({ input }) => `${JSON.stringify(input)} goes down; expected [smallest, largest]`,
  })

const randAugmentSchema = strictObject({
  /**
   * The number of operations on each image, 1 to 100, drawn with equal probability from RandAugment's 14.
   *
   * @default 2
   */
  operations: z.int().min(1).max(100).default(2),
  /**
   * The strength of the operations, a whole number from 0 to 30.
   *
   * @default 9
   */
  magnitude: z.int().min(0).max(30).default(9),
})

const randomErasingSchema = strictObject({
  /**
   * The probability that an image has a box erased, above 0 and at most 1.
   *
   * @default 0.25
   */
  probability: z.number().gt(0).max(1).default(0.25),
  /**
   * The range of the box's share of the image, each above 0 and at most 1.
   *
   * @default [0.02, 0.33]
   */
  scale: rangeSchema(z.number().gt(0).max(1)).default([0.02, 0.33]),
  /**
   * The range of the box's height divided by its width, each 0.01 to 100; the logarithm is uniform.
   *
   * @default [0.3, 3.3]
   */
  ratio: rangeSchema(z.number().min(0.01).max(100)).default([0.3, 3.3]),
})

const schema = strictObject({
  /**
   * The largest shift in pixels, down or up and, independently, right or left; 0 for none. All whole shifts are equally
   * likely, except that the two largest are half as likely. Pixels from beyond the border are mirrored. Paper: 4.
   *
   * @default 0
   */
  shift: z.int().min(0).default(0),
  /**
   * Mirrors images from left to right with probability 1/2.
   *
   * @default false
   */
  flip: z.boolean().default(false),
  /**
   * A random crop, of the image's own size, from the image with padding, as torchvision's RandomCrop: all places are equally
   * likely. It replaces `shift`; null for none.
   *
   * @default null
   */
  crop: cropSchema.nullable().default(null),
  /**
   * RandAugment (arXiv 1909.13719), as torchvision's, with its 14 operations: each image goes through some of them after crop
   * and flip. Images of bytes with one channel or three; null for none.
   *
   * @default null
   */
  randAugment: randAugmentSchema.nullable().default(null),
  /**
   * The side in pixels of a square that is set to the mean, 0 after normalisation (Cutout, arXiv 1708.04552); 0 for none. Its
   * centre is any pixel, so that it may reach over the border. Paper: 16 on CIFAR-10, 8 on CIFAR-100.
   *
   * @default 0
   */
  cutout: z.int().min(0).default(0),
  /**
   * Random erasing (arXiv 1708.04896): in some of the images a box is set to the mean, 0 after normalisation, as torchvision's
   * RandomErasing does. It replaces `cutout`; null for none.
   *
   * @default null
   */
  randomErasing: randomErasingSchema.nullable().default(null),
  /**
   * Mixtures of each image with another one of its batch, and of their labels; null for none.
   *
   * @default null
   */
  mixing: mixingSchema.nullable().default(null),
})

export type AugmentationConfig = z.output<typeof schema>

export interface AugmentationInput extends Input<typeof schema> {}

/** The same schema with named types, which keep the words of its keys in declaration files. */
export const augmentationSchema: z.ZodType<AugmentationConfig, AugmentationInput> = schema

export type RandomErasingConfig = z.output<typeof randomErasingSchema>

export type MixingConfig = z.output<typeof mixingSchema>
