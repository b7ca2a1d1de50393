import { z } from 'zod'
import { constructorOf, type Constructor } from '../../validation/constructor.js'
import { strictObject } from '../../validation/strict-object.js'
import { dataSet, sha256 } from '../data-set.js'
import { folder, subsetKey, type SubsetOption } from '../set-keys.js'
import { cifar10Names } from './class-names.js'
import { cifarFormat, otherFormats, type CifarLayout } from './cifar-layout.js'
import { locateCifar, readCifar } from './read-cifar.js'

const cifar10Schema = strictObject({
  /** The type of the data: CIFAR-10. */
  type: z.literal('cifar10'),
  /**
   * The folder that holds the six .bin files, cifar-10-batches-bin/ with them, or cifar-10-binary.tar.gz; null for the data
   * folder.
   *
   * @default null
   */
  folder,
  ...subsetKey,
})

export type Cifar10Config = z.output<typeof cifar10Schema>

/**
 * CIFAR-10: 50,000 training and 10,000 test images of 3 × 32 × 32 pixels in 10 classes.
 * `layer-rotation data get cifar-10` downloads it.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const cifar10: Constructor<typeof cifar10Schema, SubsetOption> = constructorOf(cifar10Schema)

export const cifar10Layout: CifarLayout = {
  title: 'CIFAR-10',
  name: 'cifar-10',
  folder: 'cifar-10-batches-bin',
  archive: 'cifar-10-binary.tar.gz',
  others: otherFormats('cifar-10', [
    ['cifar-10-batches-py', 'batches.meta'],
    ['cifar-10-batches-mat', 'batches.meta.mat'],
  ]),
  labels: [{ name: 'label', classes: 10 }],
  train: [1, 2, 3, 4, 5].map((batch) => ({ name: `data_batch_${batch}.bin`, records: 10_000 })),
  test: [{ name: 'test_batch.bin', records: 10_000 }],
}

export const cifar10Set = dataSet({
  schema: cifar10Schema,
  shape: () => ({ inputShape: cifarFormat.inputShape, classes: 10 }),
  images: cifarFormat.images,
  text: () => cifar10Layout.title,
  read: async ({ folder }) => ({ ...(await readCifar(folder, cifar10Layout, 0)), classNames: cifar10Names }),
  published: {
    name: cifar10Layout.name,
    title: cifar10Layout.title,
    files: [
      {
        name: cifar10Layout.archive,
        url: `${cifarFormat.source}/${cifar10Layout.archive}`,
        bytes: 170_052_171,
        checksum: sha256('c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd'),
      },
    ],
    unpacking: { type: 'cifar', folder: cifar10Layout.folder, bytes: 184_380_000, layout: cifar10Layout },
    locate: ({ folder }) => locateCifar(folder, cifar10Layout),
  },
})
