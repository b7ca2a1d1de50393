import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { LayerRotationError } from '../../errors.js'
import { ifPresent } from '../../files/if-present.js'
import { reading } from '../../files/reading.js'
import type { SetName } from '../catalog/set-names.js'
import { dataFolder } from '../data-folder.js'
import { missing } from '../missing.js'
import type { Split, Splits } from '../split.js'
import { readIdx } from './idx.js'

const classes = 10

/** The properties that MNIST shares with the data sets in its format. */
export const mnistFormat = {
  shape: () => ({ inputShape: [1, 28, 28], classes }),
  images: () => ({ train: 60_000, test: 10_000 }),
}

/** The four files by the names that MNIST gave them, in the order in which this package lists them. */
const names = ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte', 't10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte']

/**
 * Reads MNIST, or another data set in its format.
 *
 * @param files the training images and labels, then the test images and labels
 * @throws {LayerRotationError} MISSING_FILE, INVALID_FILE
 */
export async function readIdxSet(files: readonly string[]): Promise<Splits> {
  const [trainImages, trainLabels, testImages, testLabels] = files as [string, string, string, string]
  return { train: await readSplit(trainImages, trainLabels), test: await readSplit(testImages, testLabels) }
}

/**
 * Finds the files of the training images and labels and of the test images and labels, in this order.
 *
 * @param missingFile makes the error for a file that `folder` does not hold, from its published name
 * @throws the error that `missingFile` makes
 */
export async function locateIdxSet(folder: string, missingFile: (name: string) => Error): Promise<string[]> {
  const files: string[] = []
  for (const name of names) files.push(await find(folder, name, missingFile))
  return files
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
  return locateIdxSet(place, (file) =>
    missing(title, `${place} does not hold ${file}`, name, 'the four IDX files, gzip (.gz) or not'),
  )
}

async function readSplit(imageFile: string, labelFile: string): Promise<Split> {
  const images = await readIdx(imageFile, { content: 'images', shape: [null, 28, 28] })
  const labels = await readIdx(labelFile, { content: 'labels', shape: [null] })
  if (images.shape[0] !== labels.shape[0]) {
    const message = `${labelFile}: byte 4: found ${labels.shape[0]!} labels; expected ${images.shape[0]!}, one for each image in ${imageFile}`
    throw new LayerRotationError('INVALID_FILE', message)
  }
  if (images.shape[0] === 0)
    throw new LayerRotationError('INVALID_FILE', `${imageFile}: byte 4: found 0 images; expected at least 1`)
  requireLabels(labels.data, labelFile)
  return { images: images.data, labels: Int32Array.from(labels.data) }
}

/** Finds a file under the name that it was published with or that a packager gave it (`train-images.idx3-ubyte`), packed or not. */
async function find(folder: string, name: string, missingFile: (name: string) => Error): Promise<string> {
  const renamed = name.replace(/-(?=idx)/, '.')
  for (const candidate of [name, `${name}.gz`, renamed, `${renamed}.gz`]) {
    const file = join(folder, candidate)
    if ((await reading(file, () => ifPresent(() => stat(file)))) !== undefined) return file
  }
  throw missingFile(name)
}

function requireLabels(labels: Uint8Array, file: string): void {
  const wrong = labels.findIndex((label) => label >= classes)
  if (wrong === -1) return
  const message = `${file}: byte ${8 + wrong}: found label ${labels[wrong]!}; expected 0 … ${classes - 1}`
  throw new LayerRotationError('INVALID_FILE', message)
}
