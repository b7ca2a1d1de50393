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
 * @throws {LayerRotationError} MISSING_FILE, INVALID_FILE
 */
export async function modelWeights({ model, data }: ExperimentConfig, file: string): Promise<NamedTensor[]> {
  const expected = stateShapes(model.layers, dataShape(data).inputShape)
  return readWeights(file, (tensors) => checkWeights(tensors, expected, file))
}
