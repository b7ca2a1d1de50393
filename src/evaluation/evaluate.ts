import type { DataWork } from '../data/progress.js'
import { LayerRotationError } from '../errors.js'
import type { Dataset, ImageDataset } from '../data/loaded-data.js'
import { exampleCount } from '../data/split.js'
import type { DataConfig } from '../data/data.js'
import type { SplitName } from '../native/contract.js'
import { readData } from '../train/prepare.js'
import { splitForValidation } from '../train/validation-split.js'
import { firstExample } from './first-example.js'
import {
  classify,
  classScores,
  confusionMatrix,
  mostConfused,
  type Classifications,
  type ClassScore,
} from './classifications.js'
import { readModel, type ModelSource } from './model-source.js'
import { withModel, type ModelData } from './model-trainer.js'
import { rangeNote } from './pixel-range.js'
import { requireEvaluateArguments, type EvaluateOptions } from './options.js'
import { trainingStatistics } from './statistics.js'

/** The scores of a model on a split, and its answers. */
export interface ModelEvaluation {
  /** The absolute path of the weights. */
  weights: string
  data: DataConfig
  split: SplitName
  /** The number of images, or of windows of tokens. */
  examples: number
  /** The number of classes, or of different tokens. */
  classes: number
  /** Mean loss over the images, or over the tokens. */
  loss: number
  /** Share of them whose class has the largest logit, 0 … 1. */
  accuracy: number
  /** Share of them whose class has one of the five largest logits, 0 … 1; null with at most 5 classes. */
  top5Accuracy: number | null
  /** [classes]; null where classes have numbers only, and for tokens. */
  classNames: readonly string[] | null
  /** [classes]; null for tokens. */
  perClass: ClassScore[] | null
  /**
   * [classes][classes], row-major: images of each class (rows) that are taken for each class (columns); null for more than 4096
   * classes, and for tokens.
   */
  confusion: Int32Array | null
  /** Null for tokens. */
  predictions: ImagePredictions | null
}

/** The answers of a model, image by image. */
export interface ImagePredictions extends Classifications {
  /** The index of each among the training or the test images of the experiment, 0-based: [images]. */
  indices: Int32Array
  /** [images] */
  labels: Int32Array
  /** [images] */
  losses: Float64Array
  /** [images][classes], row-major */
  logits: Float32Array
}

/**
 * Evaluates trained weights. Pixels are normalised as in the training, whatever images are evaluated: the weights of a run carry
 * the mean and deviation of its training images. Loss and accuracy after the last epoch of a run are those that it recorded,
 * bit for bit, with the same batch size, device and number of threads.
 *
 *     const { accuracy, perClass } = await evaluate('runs/mnist/20261123-052233-7f3a90', { weights: 'best' })
 *     await evaluate('resnet18.safetensors', { experiment: config, split: 'validation' })
 *
 * @param model the folder of a run, or a safetensors file of weights with its `experiment`; of a run's own file the experiment
 *   is known
 * @throws {LayerRotationError} INVALID_CONFIG, MISSING_FILE, INVALID_FILE, READ_FAILED, INTERRUPTED, OUT_OF_MEMORY and the other
 *   errors of a training that begins
 */
export async function evaluate(model: string, options: EvaluateOptions = {}): Promise<ModelEvaluation> {
  requireEvaluateArguments(model, options)
  const { split = 'test', signal, batchSize } = options
  const work: DataWork = { onProgress: options.onData, onNote: options.onNote, signal }
  const source = await readModel(model, options, (note) => options.onNote?.(note))
  const read = await readData(source.config, work, []).catch((error: unknown) => {
    throw source.explained(error)
  })
  const { indices, placed } = placedData(source, read, split)
  const { classes } = read
  const scores = { weights: source.file, data: source.config.data, split, examples: indices.length, classes }
  const top5 = (value: number) => (classes > 5 ? value : null)
  if (!('mean' in read)) {
    const means = await withModel(source, placed, { outputs: 0, signal, batchSize }, (trainer, size) =>
      trainer.evaluate(split, size),
    )
    const { loss, accuracy, top5Accuracy } = means
    return {
      ...{ ...scores, loss, accuracy, top5Accuracy: top5(top5Accuracy), classNames: null },
      ...{ perClass: null, confusion: null, predictions: null },
    }
  }
  const statistics = await trainingStatistics(source, work, read)
  const note = rangeNote(read[split === 'test' ? 'test' : 'train'].images, statistics, 'the images of the data')
  if (note !== undefined) options.onNote?.(note)
  const found = await withModel(
    source,
    { ...placed, ...floats(statistics) },
    { outputs: indices.length * classes, signal, batchSize },
    (trainer, size) => trainer.predict(split, size),
  )
  const { logits, losses, loss, accuracy, top5Accuracy } = found
  const labels = labelsOf(read, split, indices)
  const answers = classify(logits, classes)
  const classNames = namesFor(classes, statistics.classNames, read.classNames)
  return {
    ...{ ...scores, loss, accuracy, top5Accuracy: top5(top5Accuracy), classNames },
    perClass: classScores(labels, answers.predicted, classes, classNames),
    confusion: classes > mostConfused ? null : confusionMatrix(labels, answers.predicted, classes),
    predictions: { indices, labels, ...answers, losses, logits },
  }
}

/** The names of the classes as the weights know them, or else the data. */
function namesFor(classes: number, ...known: (readonly string[] | null | undefined)[]): readonly string[] | null {
  return known.find((names) => names?.length === classes) ?? null
}

export const floats = ({ mean, deviation }: { mean: readonly number[]; deviation: readonly number[] }) => ({
  mean: Float64Array.from(mean),
  deviation: Float64Array.from(deviation),
})

/** The data for a trainer, and the indices of the examples to evaluate. */
function placedData(
  { config }: ModelSource,
  { inputShape, train, test }: Dataset,
  split: SplitName,
): { indices: Int32Array; placed: ModelData } {
  const all = (count: number) => Int32Array.from({ length: count }, (_, i) => i)
  if (split === 'test') {
    const placed = { train: firstExample(train, inputShape), validation: new Int32Array(), test }
    return { indices: all(exampleCount(test, inputShape)), placed }
  }
  if (split === 'validation' && config.validation === null) {
    const message =
      'split is validation, but the experiment has none; expected split train or test, or validation in the experiment'
    throw new LayerRotationError('INVALID_CONFIG', message)
  }
  const parts = splitForValidation(exampleCount(train, inputShape), config.validation, config.seed)
  const placed = { train, validation: parts.validation, test: firstExample(test, inputShape) }
  return { indices: parts[split], placed }
}

function labelsOf({ train, test }: ImageDataset, split: SplitName, indices: Int32Array): Int32Array {
  const { labels } = split === 'test' ? test : train
  return indices.map((index) => labels[index]!)
}
