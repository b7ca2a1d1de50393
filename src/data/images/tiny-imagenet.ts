import { z } from 'zod'
import { constructorOf, type Constructor } from '../../validation/constructor.js'
import { strictObject } from '../../validation/strict-object.js'
import { dataSet, md5 } from '../data-set.js'
import { folder, subsetKey, type SubsetOption } from '../set-keys.js'
import { readImageSet } from './image-set.js'
import { listTinyImageNet, locateTinyImageNet, publishedSize, tinyImageNetIds } from './tiny-imagenet-files.js'

const tinyImageNetSchema = strictObject({
  /** The type of the data: Tiny ImageNet. */
  type: z.literal('tinyImageNet'),
  /**
   * The folder tiny-imagenet-200 itself or the folder that contains it; null for the data folder.
   *
   * @default null
   */
  folder,
  ...subsetKey,
})

export type TinyImageNetConfig = z.output<typeof tinyImageNetSchema>

/**
 * Tiny ImageNet: 100,000 training images of 3 × 64 × 64 pixels in 200 classes; its 10,000 validation images, the ones
 * with public labels, are the test images. Classes are numbered in the order of their WordNet ids, as PyTorch's
 * ImageFolder does. `layer-rotation data get tiny-imagenet` downloads it.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const tinyImageNet: Constructor<typeof tinyImageNetSchema, SubsetOption> = constructorOf(tinyImageNetSchema)

const { classes, trainImagesPerClass, testImages } = publishedSize
const shape = { inputShape: [3, 64, 64], classes }

export const tinyImageNetSet = dataSet({
  schema: tinyImageNetSchema,
  shape: () => shape,
  images: () => ({ train: classes * trainImagesPerClass, test: testImages }),
  text: () => 'Tiny ImageNet',
  async read({ folder }, _seed, work) {
    const root = locateTinyImageNet(folder)
    const images = await readImageSet([root], listTinyImageNet(root), shape.inputShape, work)
    return { ...images, classNames: tinyImageNetIds(root) }
  },
  published: {
    name: 'tiny-imagenet',
    title: 'Tiny ImageNet',
    files: [
      {
        name: 'tiny-imagenet-200.zip',
        url: 'http://cs231n.stanford.edu/tiny-imagenet-200.zip',
        bytes: 248_100_043,
        checksum: md5('90528d7ca1a48142e341f4ef8d21d0de'),
      },
    ],
    unpacking: { type: 'zip', folder: 'tiny-imagenet-200', bytes: 1e9, files: 200_000, space: 2e9 },
    locate: ({ folder }) => [locateTinyImageNet(folder)],
  },
})
