import { resolve } from 'node:path'
import { throwIfInterrupted } from '../../interrupted.js'
import type { DataWork } from '../progress.js'
import type { Split, Splits } from '../split.js'
import { arraySource, isParquet } from './array-source.js'
import { imageShape, pixelsOf, type Layout } from './image-array.js'
import { labelsOf, requireClasses } from './label-array.js'
import { imageTypes, labelTypes, refuse } from './npy-array.js'
import type { ImagesRead } from './parquet/images.js'
import { readParquetImages, readParquetLabels } from './parquet/read-parquet.js'
import { readArray } from './read-array.js'

/** The config of a data set of arrays, as far as reading goes. */
export interface ArraysConfig {
  train: { images: string; labels: string }
  test: { images: string; labels: string }
  shape: readonly [number, number, number]
  classes: number
  layout: Layout | null
}

/** Reads the images and labels. @throws {LayerRotationError} MISSING_FILE, INVALID_FILE, READ_FAILED, INTERRUPTED */
export async function readDataset(config: ArraysConfig, work: DataWork): Promise<Splits> {
  const train = await readSplit(config, 'train', work)
  const test = await readSplit(config, 'test', work)
  if (train.images.constructor !== test.images.constructor) {
    const [one, other] = [train, test].map(({ images }) => (images instanceof Uint8Array ? 'uint8' : 'float32'))
    refuse(config.test.images, `holds ${other} and ${config.train.images} ${one}; expected one type for both`)
  }
  return { train, test }
}

async function readSplit(config: ArraysConfig, split: 'train' | 'test', work: DataWork): Promise<Split> {
  const { images: imagePath, labels: labelPath } = config[split]
  throwIfInterrupted(work.signal, `reading ${imagePath}`)
  const { images, shape, pixels } = await readImages(imagePath, config, work)
  if (shape.join() !== config.shape.join()) {
    const [expected, there] = [config.shape, shape].map((lengths) => lengths.join(' × '))
    refuse(imagePath, `has images of ${there}; expected ${expected}, channels × height × width, as data.shape says`)
  }
  const labels = await readLabels(labelPath)
  if (labels.length !== images) {
    refuse(labelPath, `has ${labels.length} labels; expected ${images}, one for each image in ${imagePath}`)
  }
  requireClasses(labels, config.classes, labelPath)
  return { images: pixels, labels }
}

/**
 * Reads images from a .npy, .npz or Parquet file.
 *
 * @param expected their shape, [channels, height, width], which flat lists and encoded images in a Parquet file must have; others
 *   may differ
 * @throws {LayerRotationError} MISSING_FILE, INVALID_FILE, READ_FAILED, OUT_OF_MEMORY, INTERRUPTED
 */
export async function readImages(
  path: string,
  expected: { shape: readonly number[]; layout: Layout | null },
  work: DataWork,
): Promise<ImagesRead> {
  if (isParquet(arraySource(path).file)) return readParquetImages(path, expected, work)
  const content = await readArray(resolve(path), imageTypes)
  const found = imageShape(content.shape, expected.layout, path, expected.shape)
  return { ...found, pixels: pixelsOf(content, found, path) }
}

async function readLabels(path: string): Promise<Int32Array> {
  if (isParquet(arraySource(path).file)) return readParquetLabels(path)
  return labelsOf(await readArray(resolve(path), labelTypes), path)
}
