import { basename, join } from 'node:path'
import { LayerRotationError } from '../../errors.js'
import type { SetName } from '../catalog/set-names.js'
import { dataFolder } from '../data-folder.js'
import { missing } from '../missing.js'
import type { Split, Splits } from '../split.js'
import { locateIdxFiles, mnistNames, qmnistNames } from './idx-names.js'
import { readIdx } from './idx.js'

/** The properties that MNIST shares with the data sets in its format. */
export const mnistFormat = {
  shape: () => ({ inputShape: [1, 28, 28], classes: 10 }),
  images: () => ({ train: 60_000, test: 10_000 }),
}

/** The labels of a data set: `classes` of them, from `first` on. */
export interface IdxLabels {
  first: number
  classes: number
}

const digits: IdxLabels = { first: 0, classes: 10 }

/**
 * Reads MNIST, or another data set in its format.
 *
 * @param files the training images and labels, then the test images and labels
 * @throws {LayerRotationError} MISSING_FILE, INVALID_FILE
 */
export async function readIdxSet(files: readonly string[], labels: IdxLabels = digits): Promise<Splits> {
  const [trainImages, trainLabels, testImages, testLabels] = files as [string, string, string, string]
  return {
    train: await readSplit(trainImages, trainLabels, labels),
    test: await readSplit(testImages, testLabels, labels),
  }
}

/**
 * Finds the files of MNIST, or of QMNIST in its place.
 *
 * @param missingFile makes the error for a file that `folder` does not hold, from its published name
 * @throws the error that `missingFile` makes
 */
export function locateIdxSet(folder: string, missingFile: (name: string) => Error): Promise<string[]> {
  return locateIdxFiles(folder, [mnistNames, qmnistNames], missingFile)
}

/**
 * Finds the files of a set that `layer-rotation data get` downloads.
 *
 * @param folder null for the folder of the set's name in the data folder
 * @throws {LayerRotationError} MISSING_FILE
 */
export function locateDownloadedIdxSet(
  folder: string | null,
  { name, title }: { name: SetName; title: string },
): Promise<string[]> {
  const place = folder ?? join(dataFolder(), name)
  return locateIdxFiles(place, [mnistNames], (file) =>
    missing(title, `${place} does not hold ${file}`, name, 'the four IDX files, gzip (.gz) or not'),
  )
}

async function readSplit(imageFile: string, labelFile: string, { first, classes }: IdxLabels): Promise<Split> {
  const images = await readIdx(imageFile, { content: 'images', shape: [null, 28, 28] })
  const { values, byteOf } = await readLabels(labelFile)
  if (images.shape[0] !== values.length) {
    const message = `${labelFile}: byte 4: found ${values.length} labels; expected ${images.shape[0]!}, one for each image in ${imageFile}`
    throw new LayerRotationError('INVALID_FILE', message)
  }
  if (images.shape[0] === 0)
    throw new LayerRotationError('INVALID_FILE', `${imageFile}: byte 4: found 0 images; expected at least 1`)
  const wrong = values.findIndex((label) => label < first || label >= first + classes)
  if (wrong !== -1) {
    const hint = first === 0 && classes === 10 ? '; the data of type emnist read the letters of EMNIST' : ''
    const message = `${labelFile}: byte ${byteOf(wrong)}: found label ${values[wrong]!}; expected ${first} … ${first + classes - 1}${hint}`
    throw new LayerRotationError('INVALID_FILE', message)
  }
  return { images: images.data, labels: values.map((label) => label - first) }
}

/** The labels in a file, and the byte at which the one of an image begins. */
interface LabelFile {
  values: Int32Array
  byteOf: (image: number) => number
}

/** The numbers that QMNIST has for an image: its class, and where NIST took it from. */
const qmnistColumns = 8

async function readLabels(file: string): Promise<LabelFile> {
  if (!/[-.]idx2-int(\.gz)?$/.test(basename(file))) {
    const { data } = await readIdx(file, { content: 'labels', shape: [null] })
    return { values: Int32Array.from(data), byteOf: (image) => 8 + image }
  }
  const { shape, data } = await readIdx(file, { content: 'labels', type: 'int', shape: [null, qmnistColumns] })
  const view = new DataView(data.buffer, data.byteOffset)
  const begin = (image: number) => 4 * qmnistColumns * image
  const values = Int32Array.from({ length: shape[0]! }, (_, image) => view.getInt32(begin(image)))
  return { values, byteOf: (image) => 12 + begin(image) }
}
