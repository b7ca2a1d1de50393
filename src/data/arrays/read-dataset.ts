import { resolve } from 'node:path'
import { throwIfInterrupted } from '../../interrupted.js'
import type { DataWork } from '../progress.js'
import type { Split, Splits } from '../split.js'
import { imageShape, pixelsOf, type Layout } from './image-array.js'
import { labelsOf, requireClasses } from './label-array.js'
import { imageTypes, labelTypes, refuse } from './npy-array.js'
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
  const content = await readArray(resolve(imagePath), imageTypes)
  const found = imageShape(content.shape, config.layout, imagePath)
  if (found.shape.join() !== config.shape.join()) {
    const [expected, there] = [config.shape, found.shape].map((shape) => shape.join(' × '))
    refuse(imagePath, `has images of ${there}; expected ${expected}, channels × height × width, as data.shape says`)
  }
  const labels = labelsOf(await readArray(resolve(labelPath), labelTypes), labelPath)
  if (labels.length !== found.images) {
    refuse(labelPath, `has ${labels.length} labels; expected ${found.images}, one for each image in ${imagePath}`)
  }
  requireClasses(labels, config.classes, labelPath)
  return { images: pixelsOf(content, found, imagePath), labels }
}
