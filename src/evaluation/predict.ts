import { z } from 'zod'
import { dataShape } from '../data/data.js'
import type { DataWork } from '../data/progress.js'
import { LayerRotationError } from '../errors.js'
import { elements } from '../shape.js'
import { pathSchema } from '../validation/path.js'
import { validate } from '../validation/validate.js'
import { classify, softmax, type Classifications } from './classifications.js'
import { firstExample } from './first-example.js'
import { floats } from './evaluate.js'
import { givenImages } from './given-images.js'
import { readModel } from './model-source.js'
import { withModel } from './model-trainer.js'
import { rangeNote } from './pixel-range.js'
import { requirePredictArguments, type ModelOptions } from './options.js'
import { trainingStatistics } from './statistics.js'

/** The answers of a model to images whose classes nobody has named. */
export interface Prediction extends Classifications {
  /** The absolute path of the weights. */
  weights: string
  /** [images], the paths of image files, relative to the folder if one was given; null for pixels in arrays. */
  names: readonly string[] | null
  /** The number of classes. */
  classes: number
  /** [classes]; null where classes have numbers only. */
  classNames: readonly string[] | null
  /** [images][classes], row-major */
  logits: Float32Array
  /** [images][classes], row-major: the softmax of the logits. */
  probabilities: Float32Array
}

/**
 * Asks trained weights for the classes of images, which need no labels and no data set. Pixels are normalised as in the training.
 *
 *     const { predicted, classNames } = await predict('runs/leaves/20261123-052233-7f3a90', ['oak.jpg', 'elm.png'])
 *     await predict(run, 'photos', { weights: 'best' })   // a folder; or a .npy, .npz or Parquet file
 *     await predict(run, pixels)
 *
 * @param model as `evaluate` takes it
 * @param images the pixels, [n, channels, height, width] as the network takes them: bytes, or fp32 numbers if it was trained on
 *   such; or the paths of image files of its size, of a network for 1 or 3 channels; or one path: of an image, of a folder that holds
 *   images at any depth, of a .npy file, of a .npz file or `file.npz/array` in it, of a Parquet file or `file.parquet/column` in it
 * @throws {LayerRotationError} as `evaluate` does
 */
export async function predict(
  model: string,
  images: Uint8Array | Float32Array | readonly string[] | string,
  options: ModelOptions = {},
): Promise<Prediction> {
  requirePredictArguments(model, options)
  requireImages(images)
  const { signal, batchSize } = options
  const work: DataWork = { onProgress: options.onData, onNote: options.onNote, signal }
  const source = await readModel(model, options, (note) => options.onNote?.(note))
  const { inputShape, classes, isTokens } = dataShape(source.config.data)
  if (isTokens) {
    throw new LayerRotationError('INVALID_CONFIG', 'predict takes images; the network of this experiment takes tokens')
  }
  const { pixels, names } = await givenImages(images, inputShape, work)
  const size = elements(inputShape)
  const statistics = await trainingStatistics(source, work)
  const note = rangeNote(pixels, statistics, 'the images')
  if (note !== undefined) options.onNote?.(note)
  const split = { images: pixels, labels: new Int32Array(pixels.length / size) }
  const data = { train: firstExample(split, inputShape), validation: new Int32Array(), test: split }
  const outputs = 2 * split.labels.length * classes
  const { logits } = await withModel(
    source,
    { ...data, ...floats(statistics) },
    { outputs, signal, batchSize },
    (trainer, batch) => trainer.predict('test', batch),
  )
  return {
    weights: source.file,
    names,
    classes,
    classNames: statistics.classNames?.length === classes ? statistics.classNames : null,
    ...classify(logits, classes),
    logits,
    probabilities: softmax(logits, classes),
  }
}

const isPixels = (images: unknown): images is Uint8Array | Float32Array =>
  images instanceof Uint8Array || images instanceof Float32Array

function requireImages(images: unknown): void {
  if (isPixels(images)) {
    const wrong = images instanceof Float32Array ? images.findIndex((value) => !Number.isFinite(value)) : -1
    if (wrong === -1) return
    throw new LayerRotationError(
      'INVALID_CONFIG',
      `predict: pixel ${wrong} is ${images[wrong]!}; expected a finite number`,
    )
  }
  const schema = z.object({
    images: z.union(
      [pathSchema, z.array(pathSchema).min(1)],
      'a Uint8Array or Float32Array, a path, or a list of image files',
    ),
  })
  validate(schema, { images }, 'predict')
}
