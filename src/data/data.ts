import { z } from 'zod'
import type { Input } from '../validation/input.js'
import { datasetSet } from './arrays/dataset.js'
import { cifar100Set } from './cifar/cifar100.js'
import { cifar10Set } from './cifar/cifar10.js'
import type { DataSchema, DataSet, DataShape } from './data-set.js'
import { imageFolderSet } from './images/image-folder.js'
import { tinyImageNetSet } from './images/tiny-imagenet.js'
import { emnistSet } from './mnist/emnist.js'
import { fashionMnistSet } from './mnist/fashion-mnist.js'
import { mnistSet } from './mnist/mnist.js'
import type { Splits } from './split.js'
import { syntheticSet } from './synthetic/synthetic.js'
import { tokensSet, type TokensConfig } from './tokens/tokens.js'

/** All types of data. Reading, texts, errors, the command line's data sets and tests follow from this list. */
export const dataSets = {
  mnist: mnistSet,
  fashionMnist: fashionMnistSet,
  emnist: emnistSet,
  cifar10: cifar10Set,
  cifar100: cifar100Set,
  tinyImageNet: tinyImageNetSet,
  imageFolder: imageFolderSet,
  dataset: datasetSet,
  synthetic: syntheticSet,
  tokens: tokensSet,
}

type Schema = (typeof dataSets)[keyof typeof dataSets]['schema']

export const dataSchema = z.discriminatedUnion('type', Object.values(dataSets).map(({ schema }) => schema) as [Schema])

/** Data as a config holds it: defaults filled in. */
export type DataConfig = z.output<Schema>

/** Data as it may be written: without its defaults. */
export type DataInput = Input<Schema>

/** Data that are images. */
export type ImagesConfig = Exclude<DataConfig, TokensConfig>

/** Returns the type of data that a config is of. */
export function dataSetOf(config: ImagesConfig): DataSet<DataSchema, Splits>
export function dataSetOf(config: DataConfig): DataSet
export function dataSetOf({ type }: DataConfig): DataSet {
  return dataSets[type]
}

/** Returns the properties of the data that a model must fit. */
export const dataShape = (config: DataConfig): DataShape => dataSetOf(config).shape(config)
