import { z } from 'zod'
import { strictObject } from '../../validation/strict-object.js'
import { validate } from '../../validation/validate.js'
import { folder, perClass } from '../set-options.js'

export const tinyImageNetSchema = strictObject({
  type: z.literal('tinyImageNet'),
  /** tiny-imagenet-200 itself or the folder that it lies in; null for the data folder. */
  folder,
  perClass,
})

export type TinyImageNetConfig = z.output<typeof tinyImageNetSchema>

/**
 * Tiny ImageNet: 100,000 training images of 3 × 64 × 64 pixels in 200 classes; its 10,000 validation images, the ones
 * with public labels, are the test images. Classes are numbered in the order of their WordNet ids, as PyTorch's
 * ImageFolder does. `layer-rotation data get tiny-imagenet` downloads it.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function tinyImageNet(options: Omit<z.input<typeof tinyImageNetSchema>, 'type'> = {}): TinyImageNetConfig {
  return validate(tinyImageNetSchema, { type: 'tinyImageNet', ...options }, 'tinyImageNet')
}
