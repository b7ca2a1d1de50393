import { z } from 'zod'
import { constructorOf, type Constructor } from '../../validation/constructor.js'
import { strictObject } from '../../validation/strict-object.js'
import { dataSet, sha256 } from '../data-set.js'
import { folder, subsetKey, type SubsetOption } from '../set-keys.js'
import { cifar100CoarseNames, cifar100Names } from './class-names.js'
import { cifarFormat, otherFormats, type CifarLayout } from './cifar-layout.js'
import { locateCifar, readCifar } from './read-cifar.js'

const cifar100Schema = strictObject({
  /** The type of the data: CIFAR-100. */
  type: z.literal('cifar100'),
  /**
   * The folder that holds train.bin and test.bin, cifar-100-binary/ with them, or cifar-100-binary.tar.gz; null for the data
   * folder.
   *
   * @default null
   */
  folder,
  /**
   * The classes: 'fine', all 100; 'coarse', their 20 superclasses. The paper's value is 'fine'.
   *
   * @default "fine"
   */
  labels: z.enum(['fine', 'coarse']).default('fine'),
  ...subsetKey,
})

export type Cifar100Config = z.output<typeof cifar100Schema>

/**
 * CIFAR-100: 50,000 training and 10,000 test images of 3 × 32 × 32 pixels in 100 classes or 20 superclasses.
 * `layer-rotation data get cifar-100` downloads it.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const cifar100: Constructor<typeof cifar100Schema, SubsetOption> = constructorOf(cifar100Schema)

export const cifar100Layout: CifarLayout = {
  title: 'CIFAR-100',
  name: 'cifar-100',
  folder: 'cifar-100-binary',
  archive: 'cifar-100-binary.tar.gz',
  others: otherFormats('cifar-100', [
    ['cifar-100-python', 'meta'],
    ['cifar-100-matlab', 'meta.mat'],
  ]),
  labels: [
    { name: 'coarse label', classes: 20 },
    { name: 'fine label', classes: 100 },
  ],
  train: [{ name: 'train.bin', records: 50_000 }],
  test: [{ name: 'test.bin', records: 10_000 }],
}

/** The label byte of a record that counts. */
const labelByte = ({ labels }: Cifar100Config) => (labels === 'fine' ? 1 : 0)

export const cifar100Set = dataSet({
  schema: cifar100Schema,
  shape: (config) => ({
    inputShape: cifarFormat.inputShape,
    classes: cifar100Layout.labels[labelByte(config)]!.classes,
  }),
  images: cifarFormat.images,
  text: ({ labels }) => `${cifar100Layout.title}${labels === 'coarse' ? ' with its 20 superclasses' : ''}`,
  read: async (config) => ({
    ...(await readCifar(config.folder, cifar100Layout, labelByte(config))),
    classNames: config.labels === 'fine' ? cifar100Names : cifar100CoarseNames,
  }),
  published: {
    name: cifar100Layout.name,
    title: cifar100Layout.title,
    files: [
      {
        name: cifar100Layout.archive,
        url: `${cifarFormat.source}/${cifar100Layout.archive}`,
        bytes: 168_513_733,
        checksum: sha256('58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec'),
      },
    ],
    unpacking: { type: 'cifar', folder: cifar100Layout.folder, bytes: 184_440_000, layout: cifar100Layout },
    locate: ({ folder }) => locateCifar(folder, cifar100Layout),
  },
})
