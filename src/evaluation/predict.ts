import { z } from 'zod'
import { dataShape } from '../data/data.js'
import { imageDecoder, readImage } from '../data/images/decode-image.js'
import type { DataWork } from '../data/progress.js'
import { LayerRotationError } from '../errors.js'
import { throwIfInterrupted } from '../interrupted.js'
import { requireMemory } from '../memory.js'
import { elements } from '../shape.js'
import { pathSchema } from '../validation/path.js'
import { validate } from '../validation/validate.js'
import { classify, softmax, type Classifications } from './classifications.js'
import { firstExample } from './first-example.js'
import { floats } from './evaluate.js'
import { readModel } from './model-source.js'
import { withModel } from './model-trainer.js'
import { requirePredictArguments, type ModelOptions } from './options.js'
import { trainingStatistics } from './statistics.js'

/** The answers of a model to images whose classes nobody has named. */
export interface Prediction extends Classifications {
  /** The absolute path of the weights. */
  weights: string
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
 *     await predict(run, pixels, { weights: 'best' })
 *
 * @param model as `evaluate` takes it
 * @param images the pixels, [n, channels, height, width] as the network takes them: bytes, or fp32 numbers if it was trained on
 *   such; or the paths of image files of its size, of a network for 1 or 3 channels
 * @throws {LayerRotationError} as `evaluate` does
 */
export async function predict(
  model: string,
  images: Uint8Array | Float32Array | readonly string[],
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
  const pixels = isPixels(images) ? images : await decoded(images, inputShape, work)
  const size = elements(inputShape)
  if (pixels.length === 0 || pixels.length % size !== 0) {
    const shape = inputShape.join(' × ')
    const message = `predict: found ${pixels.length} pixels; expected a multiple of ${size}, images of ${shape}, and at least one image`
    throw new LayerRotationError('INVALID_CONFIG', message)
  }
  const statistics = await trainingStatistics(source, work)
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
    images: z.array(pathSchema, 'a Uint8Array or Float32Array, or a list of image files').min(1),
  })
  validate(schema, { images }, 'predict')
}

async function decoded(files: readonly string[], inputShape: readonly number[], work: DataWork): Promise<Uint8Array> {
  const [channels] = inputShape
  if (inputShape.length !== 3 || (channels !== 1 && channels !== 3)) {
    const message = `predict: image files have 1 or 3 channels, but the network takes ${inputShape.join(' × ')}; give the pixels instead`
    throw new LayerRotationError('INVALID_CONFIG', message)
  }
  const size = elements(inputShape)
  requireMemory(files.length * size, 'predict: the images')
  const decode = await imageDecoder(inputShape)
  const pixels = new Uint8Array(files.length * size)
  for (const [i, file] of files.entries()) {
    throwIfInterrupted(work.signal, 'decoding images')
    pixels.set(await decode(await readImage(file), file), i * size)
    work.onProgress?.({ step: 'decoding', subject: 'images', done: i + 1, total: files.length, unit: 'images' })
  }
  return pixels
}
