import { z } from 'zod'
import { LayerRotationError } from '../../errors.js'
import { constructorOf, type Options } from '../../validation/constructor.js'
import { requireOptions } from '../../validation/options.js'
import { pathSchema } from '../../validation/path.js'
import { strictObject } from '../../validation/strict-object.js'
import { dataSet } from '../data-set.js'
import { arraySource, isParquet } from './array-source.js'
import { checkedSplit, isGiven, stored, type GivenSplit } from './given-arrays.js'
import { inferDataset } from './infer-dataset.js'
import { mostClasses } from './label-array.js'
import { readDataset } from './read-dataset.js'

const length = z.int().min(1).max(65_536)

const splitSchema = strictObject({
  /**
   * The images: a .npy file, or an array of a .npz file behind a slash, `mnist.npz/x_train`. uint8 or float32 of shape
   * [n, height, width], [n, height, width, channels] or [n, channels, height, width]. Or a Parquet file, whose column is behind
   * the slash unless it is `image` or `img`: lists of pixels, or encoded images.
   */
  images: pathSchema,
  /** The labels, in the same way: integers of shape [n], from 0 on; by default those in the Parquet file of the images. */
  labels: pathSchema.optional(),
}).transform(({ images, labels }, context) => {
  const { file } = arraySource(images)
  if (labels !== undefined || isParquet(file)) return { images, labels: labels ?? file }
  const message = 'labels is missing; expected it, as only a Parquet file has labels beside its images'
  context.addIssue({ code: 'custom', path: ['labels'], message })
  return z.NEVER
})

const datasetSchema = strictObject({
  /** The type of the data: images and labels in arrays. */
  type: z.literal('dataset'),
  /** The images that train, and their labels. */
  train: splitSchema,
  /** The images that test, and their labels. */
  test: splitSchema,
  /** The shape of an image, [channels, height, width]; by default that of the training images in a .npy or Parquet file. */
  shape: z.tuple([length, length, length]).optional(),
  /** The number of classes, from 2 to 65536; by default one more than the largest label of both files. */
  classes: z.int().min(2).max(mostClasses).optional(),
  /**
   * The order of the dimensions of images with channels: 'nhwc', channels last, or 'nchw', channels first; null if it is evident,
   * because one end has at most four channels and the other more.
   *
   * @default null
   */
  layout: z.enum(['nhwc', 'nchw']).nullable().default(null),
  /**
   * The names of the classes, as many as there are; null for their numbers, or for those in a Parquet file of Hugging Face.
   *
   * @default null
   */
  classNames: z.array(z.string()).nullable().default(null),
}).transform(({ shape, classes, ...config }, context) => {
  const missing = shape === undefined ? 'shape' : 'classes'
  if (shape === undefined || classes === undefined) {
    context.addIssue({
      code: 'custom',
      path: [missing],
      message: `${missing} is missing; expected it, as only a new experiment takes it from the files`,
    })
    return z.NEVER
  }
  const { classNames } = config
  if (classNames !== null && classNames.length !== classes) {
    const message = `found ${classNames.length} names; expected ${classes}, one for each class`
    context.addIssue({ code: 'custom', path: ['classNames'], message })
    return z.NEVER
  }
  return { ...config, shape, classes }
})

export type DatasetConfig = z.output<typeof datasetSchema>

type FileOptions = Options<typeof datasetSchema>

/** Images in memory, [n, channels, height, width], and their labels. */
export type DatasetArrays = Omit<FileOptions, 'train' | 'test' | 'shape' | 'layout'> & {
  train: GivenSplit
  test: GivenSplit
  /** The shape of an image, [channels, height, width]. */
  shape: readonly [number, number, number]
}

const make = constructorOf(datasetSchema)

/**
 * Your own images and labels, with any number of channels: in NumPy's or Parquet files, or in memory.
 *
 *     dataset({
 *       train: { images: 'train.npy', labels: 'train-labels.npy' },
 *       test: { images: 'test.npz/images', labels: 'test.npz/labels' },
 *     })
 *     dataset({ train: { images: 'train.parquet' }, test: { images: 'test.parquet' } })   // columns image and label
 *     dataset({ train: { images, labels }, test, shape: [12, 64, 64] })   // Uint8Array or Float32Array, and labels
 *
 * Bytes stay bytes until a batch is made. float32 takes four times as much memory, and is normalised as bytes are: by the mean
 * and deviation of the training images. Arrays in memory are written once, as .npy files into the data folder, under the SHA-256
 * of their content: an experiment is data, and a resumed run, a worker process or a repetition needs the same bytes.
 *
 * @throws {LayerRotationError} INVALID_CONFIG; MISSING_FILE, INVALID_FILE, READ_FAILED if shape or classes come from the files;
 *   WRITE_FAILED for arrays in memory
 */
export function dataset(options: FileOptions | DatasetArrays): DatasetConfig {
  requireOptions(options, 'dataset')
  const { train, test } = options ?? {}
  if (!isGiven(train) && !isGiven(test)) return make(inferredDataset(options as FileOptions))
  return make(storedArrays(options as DatasetArrays))
}

/** @throws {LayerRotationError} INVALID_CONFIG before anything is written; WRITE_FAILED */
function storedArrays(options: DatasetArrays): FileOptions {
  const { train, test, shape, classes } = options
  const refuse = (problem: string): never => {
    throw new LayerRotationError('INVALID_CONFIG', `dataset: ${problem}`)
  }
  if (!isGiven(train) || !isGiven(test) || train.images.constructor !== test.images.constructor) {
    return refuse('the images of train and test differ in type; expected two Uint8Arrays or two Float32Arrays')
  }
  if (!z.tuple([length, length, length]).safeParse(shape).success) {
    return refuse('shape is missing or wrong; expected [channels, height, width], the shape of an image')
  }
  const { layout = 'nchw' }: { layout?: FileOptions['layout'] } = options as object
  if (layout !== null && layout !== 'nchw') {
    return refuse(
      `layout is ${JSON.stringify(layout)}; expected none, as arrays in memory are [n, channels, height, width]`,
    )
  }
  const splits = [checkedSplit(train, 'train', shape, classes), checkedSplit(test, 'test', shape, classes)] as const
  const largest = Math.max(...splits.map(({ labels }) => labels.reduce((most, label) => Math.max(most, label), 0)))
  const placeholder = { images: 'images', labels: 'labels' }
  const checked = make({
    ...options,
    ...{ train: placeholder, test: placeholder },
    shape: [...shape],
    classes: classes ?? Math.max(2, largest + 1),
    layout: 'nchw',
  })
  return { ...checked, train: stored(splits[0], shape), test: stored(splits[1], shape) }
}

/** Fills in what the files of a data set tell; what is wrong stays as it is, for the schema to refuse. */
export function inferredDataset<Given>(options: Given): Given {
  const complete = datasetSchema.in.safeParse({ type: 'dataset', ...options })
  if (!complete.success) return options
  const { train, test, shape, classes, layout } = complete.data
  if (shape !== undefined && classes !== undefined) return options
  const known = { ...(shape !== undefined && { shape }), ...(classes !== undefined && { classes }) }
  const { classNames, ...found } = inferDataset({ train, test }, layout, known)
  return { ...options, ...found, ...(classNames && complete.data.classNames === null && { classNames }) }
}

export const datasetSet = dataSet({
  schema: datasetSchema,
  shape: ({ shape, classes }) => ({ inputShape: shape, classes }),
  images: () => undefined,
  text: ({ train, test, classes }) => `arrays in ${train.images}, ${classes} classes; test images in ${test.images}`,
  async read(config, _seed, work) {
    const splits = await readDataset(config, work)
    return { ...splits, ...(config.classNames && { classNames: config.classNames }) }
  },
})
