import { resolve } from 'node:path'
import { z } from 'zod'
import { constructorOf, type Constructor } from '../../validation/constructor.js'
import { requireOptions } from '../../validation/options.js'
import { strictObject } from '../../validation/strict-object.js'
import { dataSet } from '../data-set.js'
import { listImageFolder } from './class-folders.js'
import { commonSize } from './infer-folder.js'
import { readImageSet } from './image-set.js'

const pixels = z.int().min(1).max(4096)

const imageFolderSchema = strictObject({
  /** The type of the data: image files in folders. */
  type: z.literal('imageFolder'),
  /** The folder of the training images, with one sub-folder for each class. */
  train: z.string().min(1),
  /** The folder of the test images, with the same sub-folders as the training images. */
  test: z.string().min(1),
  /** The height of every image in pixels, from 1 to 4096; by default that of the files, which must agree. */
  height: pixels.optional(),
  /** The width of every image in pixels, from 1 to 4096; by default that of the files, which must agree. */
  width: pixels.optional(),
  /**
   * The number of channels: 3 for colour, 1 for grey; images of the other kind are converted.
   *
   * @default 3
   */
  channels: z.literal([1, 3]).default(3),
  /** The number of classes, from 2 to 65536; by default the number of sub-folders. */
  classes: z.int().min(2).max(65_536).optional(),
}).transform(({ height, width, classes, ...config }, context) => {
  if (height !== undefined && width !== undefined && classes !== undefined) return { ...config, height, width, classes }
  const missing = height === undefined ? 'height' : width === undefined ? 'width' : 'classes'
  const message = `${missing} is missing; expected it, as only a new experiment takes it from the files`
  context.addIssue({ code: 'custom', path: [], message })
  return z.NEVER
})

export type ImageFolderConfig = z.output<typeof imageFolderSchema>

/**
 * Images of your own: JPEG, PNG, WebP, GIF or TIFF files of one size, in one sub-folder for each class. Classes are numbered
 * in the order of their names, as PyTorch's ImageFolder does. A file of another name counts as an image if its content is
 * one; the files that are not read are named. The images are decoded once and kept in the data folder.
 *
 *     imageFolder({ train: 'leaves/train', test: 'leaves/test' })
 *     imageFolder({ train: 'leaves/train', test: 'leaves/test', height: 96, width: 96, classes: 12 })
 *
 * @throws {LayerRotationError} INVALID_CONFIG; MISSING_FILE, INVALID_FILE, READ_FAILED if the files tell size and classes
 */
export const imageFolder: Constructor<typeof imageFolderSchema> = (options) => {
  requireOptions(options, 'imageFolder')
  return make(inferredFolder(options))
}

const make = constructorOf(imageFolderSchema)

/**
 * Fills in what the files of a data set tell; what is wrong stays as it is, for the schema to refuse.
 *
 * @throws {LayerRotationError} MISSING_FILE, READ_FAILED; INVALID_FILE for images of different sizes
 */
export function inferredFolder<Given>(options: Given): Given {
  const given = imageFolderSchema.in.safeParse({ type: 'imageFolder', ...options })
  if (!given.success) return options
  const { train, test, height, width, classes } = given.data
  if (height !== undefined && width !== undefined && classes !== undefined) return options
  const { list, classNames } = listImageFolder({ train: resolve(train), test: resolve(test) }, classes)
  const size = height !== undefined && width !== undefined ? {} : commonSize(list)
  return {
    ...options,
    ...size,
    ...(height !== undefined && { height }),
    ...(width !== undefined && { width }),
    classes: classNames.length,
  }
}

const shape = ({ channels, height, width, classes }: ImageFolderConfig) => ({
  inputShape: [channels, height, width],
  classes,
})

export const imageFolderSet = dataSet({
  schema: imageFolderSchema,
  shape,
  images: () => undefined,
  text: ({ train, test, classes }) => `images from ${train}, ${classes} classes; test images from ${test}`,
  async read(config, _seed, work) {
    const roots = { train: resolve(config.train), test: resolve(config.test) }
    const { list, leftOut, classNames } = listImageFolder(roots, config.classes)
    for (const { root, paths } of leftOut) if (paths.length > 0) work.onNote?.(leftOutText(root, paths))
    return { ...(await readImageSet([roots.train, roots.test], list, shape(config).inputShape, work)), classNames }
  },
})

/** The most files that a note names. */
const mostNames = 5

function leftOutText(root: string, paths: readonly string[]): string {
  const names = paths.slice(0, mostNames).join(', ')
  const more = paths.length > mostNames ? `, and ${paths.length - mostNames} more` : ''
  const what = paths.length === 1 ? '1 file or folder is not read' : `${paths.length} files and folders are not read`
  return `${root}: ${what}, because no image of a class is in it: ${names}${more}`
}
