import { dataShape } from '../data/data.js'
import type { ExperimentConfig } from '../experiment/config.js'
import { stateShapes } from '../model/describe-model.js'
import type { NamedTensor } from '../native/contract.js'
import { checkWeights } from '../weights/check-weights.js'
import { loadWeights } from '../weights/weights.js'

/** Reads weights that fit the model from a file. @throws {LayerRotationError} MISSING_FILE, INVALID_FILE */
export async function modelWeights({ model, data }: ExperimentConfig, file: string): Promise<NamedTensor[]> {
  return checkWeights(await loadWeights(file), stateShapes(model.layers, dataShape(data).inputShape), file)
}
