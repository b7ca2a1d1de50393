import { join, resolve } from 'node:path'
import { LayerRotationError } from '../errors.js'
import type { ImagePredictions, ModelEvaluation } from './evaluate.js'
import { confusionMatrix } from '../figure/confusion-matrix.js'
import { renderFigure } from '../figure/render.js'
import { writeFigures } from '../figure/write-figures.js'
import { csvCell } from '../files/csv-cell.js'
import { json } from '../files/json.js'
import { makeFolder } from '../files/make-folder.js'
import { encodeNpy } from '../files/npy.js'
import { writeWhole } from '../files/write.js'
import { count } from '../numbers.js'
import { dataName } from '../text/data.js'
import { requireOptions } from '../validation/options.js'
import { requirePath } from '../validation/path.js'
import { encodeColumns } from './encode-columns.js'
import { evaluationSummary } from './evaluation-summary.js'

export interface WriteEvaluationOptions {
  /** Writes the logits of all images, too: `logits.npy`, float32 [images, classes]. */
  logits?: boolean
}

/** The most classes of a figure; with more, a cell would be smaller than a pixel. */
const mostDrawn = 1000

/**
 * Writes an evaluation into a folder: `evaluation.json`, and of images `per-class.csv`, `confusion.csv`, `confusion.svg` and `.png`,
 * `predictions.parquet` and, if asked for, `logits.npy`. Files of these names are replaced, each atomically.
 *
 * @param into the folder, relative to the present working directory
 * @returns its absolute path
 * @throws {LayerRotationError} WRITE_FAILED; INVALID_CONFIG for arguments of other types
 */
export async function writeEvaluation(
  evaluation: ModelEvaluation,
  into: string,
  options: WriteEvaluationOptions = {},
): Promise<string> {
  requirePath(into, 'writeEvaluation', 'into')
  requireOptions(options, 'writeEvaluation')
  requireEvaluation(evaluation)
  const folder = resolve(into)
  const { perClass, confusion, predictions, classes, classNames } = evaluation
  await makeFolder(folder)
  const write = (name: string, content: string | Uint8Array | Uint8Array[]) => writeWhole(join(folder, name), content)
  await write('evaluation.json', json(evaluationSummary(evaluation)))
  if (perClass !== null) await write('per-class.csv', perClassCsv(perClass))
  if (confusion !== null) {
    await write('confusion.csv', confusionCsv(confusion, perClass?.map(({ name }) => name) ?? []))
    if (classes <= mostDrawn) {
      const subject = `${count(evaluation.examples)} ${imagesOf[evaluation.split]} of ${dataName(evaluation.data)}`
      const source = confusionMatrix({ classes, counts: confusion, names: classNames, subject })
      await writeFigures([await renderFigure(source)], folder)
    }
  }
  if (predictions !== null) {
    await write('predictions.parquet', await predictionsParquet(predictions))
    if (options.logits) await write('logits.npy', encodeNpy(predictions.logits, [evaluation.examples, classes]))
  }
  return folder
}

const imagesOf = { train: 'training images', validation: 'validation images', test: 'test images' }

function requireEvaluation(evaluation: unknown): void {
  const isOne =
    typeof evaluation === 'object' && evaluation !== null && 'perClass' in evaluation && 'loss' in evaluation
  if (isOne) return
  throw new LayerRotationError('INVALID_CONFIG', 'writeEvaluation: expected an evaluation, as evaluate() returns it')
}

const lines = (rows: readonly (readonly (string | number | null)[])[]): string =>
  rows.map((row) => `${row.map(csvCell).join(',')}\n`).join('')

function perClassCsv(scores: NonNullable<ModelEvaluation['perClass']>): string {
  const header = ['label', 'name', 'images', 'accuracy', 'precision', 'confusedWith', 'confusedImages']
  const rows = scores.map(({ label, name, images, accuracy, precision, confusedWith }) => [
    ...[label, name, images, accuracy, precision],
    ...[confusedWith?.label ?? null, confusedWith?.images ?? null],
  ])
  return lines([header, ...rows])
}

/** A row for each class, a column for each class that images are taken for. */
function confusionCsv(counts: Int32Array, names: readonly string[]): string {
  const classes = names.length
  const rows = names.map((name, label) => [name, ...counts.subarray(label * classes, (label + 1) * classes)])
  return lines([['class', ...names], ...rows])
}

function predictionsParquet(predictions: ImagePredictions): Promise<Uint8Array> {
  const { indices, labels, predicted, probability, losses } = predictions
  return encodeColumns({ index: indices, label: labels, predicted, probability, loss: losses })
}
