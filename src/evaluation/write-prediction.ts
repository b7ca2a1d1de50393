import { join, resolve } from 'node:path'
import { LayerRotationError } from '../errors.js'
import { makeFolder } from '../files/make-folder.js'
import { encodeNpy } from '../files/npy.js'
import { writeWhole } from '../files/write.js'
import { requireOptions } from '../validation/options.js'
import { requirePath } from '../validation/path.js'
import { encodeColumns } from './encode-columns.js'
import type { Prediction } from './predict.js'
import type { WriteEvaluationOptions } from './write-evaluation.js'

/**
 * Writes the answers of a network into a folder: `predictions.parquet`, a row for each image with its `index`, its `name` if it is
 * of a file, the class that it is taken for, `predicted`, the name of that, `class`, if classes have names, and its `probability`; and,
 * if asked for, `logits.npy`. Files of these names are replaced, each atomically.
 *
 * @param into the folder, relative to the present working directory
 * @returns its absolute path
 * @throws {LayerRotationError} WRITE_FAILED; INVALID_CONFIG for arguments of other types
 */
export async function writePrediction(
  prediction: Prediction,
  into: string,
  options: WriteEvaluationOptions = {},
): Promise<string> {
  requirePath(into, 'writePrediction', 'into')
  requireOptions(options, 'writePrediction')
  requirePrediction(prediction)
  const folder = resolve(into)
  const { names, predicted, probability, classNames, classes, logits } = prediction
  await makeFolder(folder)
  const content = await encodeColumns({
    index: Int32Array.from(predicted.keys()),
    ...(names !== null && { name: names }),
    predicted,
    ...(classNames !== null && { class: Array.from(predicted, (label) => classNames[label]!) }),
    probability,
  })
  await writeWhole(join(folder, 'predictions.parquet'), content)
  if (options.logits) await writeWhole(join(folder, 'logits.npy'), encodeNpy(logits, [predicted.length, classes]))
  return folder
}

function requirePrediction(prediction: unknown): void {
  const isOne =
    typeof prediction === 'object' && prediction !== null && 'predicted' in prediction && 'logits' in prediction
  if (isOne) return
  throw new LayerRotationError('INVALID_CONFIG', 'writePrediction: expected a prediction, as predict() returns it')
}
