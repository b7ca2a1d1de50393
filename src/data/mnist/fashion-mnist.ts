import { z } from 'zod'
import { constructorOf, type Constructor } from '../../validation/constructor.js'
import { strictObject } from '../../validation/strict-object.js'
import { dataSet, sha256 } from '../data-set.js'
import { folder, subsetKey, type SubsetOption } from '../set-keys.js'
import { locateDownloadedIdxSet, mnistFormat, readIdxSet } from './idx-set.js'

const fashionMnistSchema = strictObject({
  /** The type of the data: Fashion-MNIST. */
  type: z.literal('fashionMnist'),
  /**
   * The folder of the four IDX files, gzip (.gz) or not; null for fashion-mnist in the data folder.
   *
   * @default null
   */
  folder,
  ...subsetKey,
})

export type FashionMnistConfig = z.output<typeof fashionMnistSchema>

/**
 * Fashion-MNIST: clothes instead of digits, otherwise as MNIST. `layer-rotation data get fashion-mnist` downloads it.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const fashionMnist: Constructor<typeof fashionMnistSchema, SubsetOption> = constructorOf(fashionMnistSchema)

const classNames = 'T-shirt/top,Trouser,Pullover,Dress,Coat,Sandal,Shirt,Sneaker,Bag,Ankle boot'.split(',')

const [name, title] = ['fashion-mnist', 'Fashion-MNIST'] as const
const zalando = 'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com'

const locate = ({ folder }: FashionMnistConfig) => locateDownloadedIdxSet(folder, { name, title })

export const fashionMnistSet = dataSet({
  schema: fashionMnistSchema,
  ...mnistFormat,
  text: () => title,
  read: async (config) => ({ ...(await readIdxSet(await locate(config))), classNames }),
  published: {
    name,
    title,
    files: [
      {
        name: 'train-images-idx3-ubyte.gz',
        url: `${zalando}/train-images-idx3-ubyte.gz`,
        bytes: 26_421_880,
        checksum: sha256('3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84'),
      },
      {
        name: 'train-labels-idx1-ubyte.gz',
        url: `${zalando}/train-labels-idx1-ubyte.gz`,
        bytes: 29_515,
        checksum: sha256('a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845'),
      },
      {
        name: 't10k-images-idx3-ubyte.gz',
        url: `${zalando}/t10k-images-idx3-ubyte.gz`,
        bytes: 4_422_102,
        checksum: sha256('346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073'),
      },
      {
        name: 't10k-labels-idx1-ubyte.gz',
        url: `${zalando}/t10k-labels-idx1-ubyte.gz`,
        bytes: 5148,
        checksum: sha256('67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5'),
      },
    ],
    unpacking: { type: 'none', folder: name },
    locate,
  },
})
