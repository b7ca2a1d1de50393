import { z } from 'zod'
import { strictObject } from '../../validation/strict-object.js'
import { validate } from '../../validation/validate.js'

const pixels = z.int().min(1).max(4096)

export const imageFolderSchema = strictObject({
  type: z.literal('imageFolder'),
  /** Folders with one sub-folder of images a class; both have the same sub-folders. */
  train: z.string().min(1),
  test: z.string().min(1),
  /** Of every image, in pixels. */
  height: pixels,
  width: pixels,
  /** 3 for colour, 1 for grey; images of the other kind are converted. */
  channels: z.literal([1, 3]).default(3),
  classes: z.int().min(2).max(65_536),
})

export type ImageFolderConfig = z.output<typeof imageFolderSchema>

/**
 * Images of one's own: JPEG, PNG, WebP, GIF or TIFF files of one size, in one sub-folder a class. Classes are numbered in
 * the order of their names, as PyTorch's ImageFolder does. The images are decoded once and kept in the data folder.
 *
 *     imageFolder({ train: 'leaves/train', test: 'leaves/test', height: 96, width: 96, classes: 12 })
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function imageFolder(options: Omit<z.input<typeof imageFolderSchema>, 'type'>): ImageFolderConfig {
  return validate(imageFolderSchema, { type: 'imageFolder', ...options }, 'imageFolder')
}
