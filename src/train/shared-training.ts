import { LayerRotationError } from '../errors.js'
import type { ExperimentConfig } from '../experiment/config.js'
import { flattenLayers } from '../model/layers.js'
import type { ProcessGroup } from '../processes/process-group.js'

/** Refuses what several processes cannot train. @throws {LayerRotationError} INVALID_CONFIG */
export function requireShareable({ model, batchSize }: ExperimentConfig, { size }: ProcessGroup): void {
  const refuse = (problem: string) => {
    throw new LayerRotationError('INVALID_CONFIG', problem)
  }
  if (batchSize < size)
    refuse(`batchSize is ${batchSize}; expected at least ${size}, one image or window for each of the processes`)
  if (flattenLayers(model.layers).some(({ type }) => type === 'exported'))
    refuse(
      'model: a network from PyTorch trains in one process only: its dropout does not follow the image. Leave --processes out',
    )
}

/** Notes for the user on how several processes train a model. */
export function notesOnSharing({ model }: ExperimentConfig, { size }: ProcessGroup): string[] {
  const normalises = flattenLayers(model.layers).some(({ type }) => type === 'batchNorm')
  const note = `batch norm is local: each of the ${size} processes normalises its part of a batch by itself; running statistics are the mean over the processes`
  return normalises ? [note] : []
}
