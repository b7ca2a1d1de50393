import { z } from 'zod'
import type { Input } from '../validation/input.js'
import { cifar100Set } from './cifar/cifar100.js'
import { cifar10Set } from './cifar/cifar10.js'
import type { DataSet, DataShape } from './data-set.js'
import { imageFolderSet } from './images/image-folder.js'
import { tinyImageNetSet } from './images/tiny-imagenet.js'
import { emnistSet } from './mnist/emnist.js'
import { fashionMnistSet } from './mnist/fashion-mnist.js'
import { mnistSet } from './mnist/mnist.js'
import { syntheticSet } from './synthetic/synthetic.js'

/** All types of data. Reading, texts, errors, the command line's data sets and tests follow from this list. */
export const dataSets = {
  mnist: mnistSet,
  fashionMnist: fashionMnistSet,
  emnist: emnistSet,
  cifar10: cifar10Set,
  cifar100: cifar100Set,
  tinyImageNet: tinyImageNetSet,
  imageFolder: imageFolderSet,
  synthetic: syntheticSet,
}

type Schema = (typeof dataSets)[keyof typeof dataSets]['schema']

export const dataSchema = z.discriminatedUnion('type', Object.values(dataSets).map(({ schema }) => schema) as [Schema])

/** Data as a config holds it: defaults filled in. */
export type DataConfig = z.output<Schema>

/** Data as it may be written: without its defaults. */
export type DataInput = Input<Schema>

/** Returns the type of data that a config is of. */
export const dataSetOf = ({ type }: DataConfig): DataSet => dataSets[type]

/** Returns the properties of the data that a model must fit. */
export const dataShape = (config: DataConfig): DataShape => dataSetOf(config).shape(config)
