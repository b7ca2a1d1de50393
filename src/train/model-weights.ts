import { dataShape } from '../data/data.js'
import type { ExperimentConfig } from '../experiment/config.js'
import { stateShapes } from '../model/describe-model.js'
import type { NamedTensor } from '../native/contract.js'
import { checkWeights } from '../weights/check-weights.js'
import { readWeights } from '../weights/weights.js'

/**
 * Reads the weights of a model from a file. Names and shapes are checked before any weight is read; the usual other names of
 * the same tensors are understood.
 *
 * @param onNote called with a sentence for people if tensors have other names in the file
 * @throws {LayerRotationError} MISSING_FILE, INVALID_FILE
 */
export async function modelWeights(
  { model, data }: ExperimentConfig,
  file: string,
  onNote?: (note: string) => void,
): Promise<NamedTensor[]> {
  const expected = stateShapes(model.layers, dataShape(data).inputShape)
  return readWeights(file, (tensors) => {
    const names = checkWeights(tensors, expected, file)
    const renamed = [...names].filter(([theirs, ours]) => theirs !== ours)
    const [first] = renamed
    if (first) {
      const example = first.map((name) => JSON.stringify(name)).join(' as ')
      onNote?.(`${file}: tensors with other names than the model's (${renamed.length}) are loaded, such as ${example}`)
    }
    return names
  })
}
