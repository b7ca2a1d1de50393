import { isAbsolute } from 'node:path'
import { LayerRotationError } from '../errors.js'
import type { DataConfig } from '../data/data.js'
import type { ExperimentConfig } from '../experiment/config.js'
import { flattenLayers } from '../model/layers.js'
import { referenceFiles } from '../rotation/record-config.js'
import type { RunEnvironment } from '../run/environment.js'

/**
 * Returns the end of an error for a run that is used from another folder than it was started in, if its experiment has paths
 * that start there; '' otherwise.
 *
 * @param remedy the words that say what to do from there
 */
export function elsewhere(config: ExperimentConfig, { workingFolder }: RunEnvironment, remedy: string): string {
  const now = process.cwd()
  if (workingFolder === undefined || workingFolder === now || pathsIn(config).every(isAbsolute)) return ''
  return `; relative paths of the experiment start at the working folder, which was ${workingFolder} when the run started and is ${now} now: ${remedy}`
}

/** Adds an end to an error about a file. */
export function withEnd(error: unknown, end: string): unknown {
  const isAboutFile = error instanceof LayerRotationError && ['MISSING_FILE', 'INVALID_FILE'].includes(error.code)
  if (!isAboutFile || end === '') return error
  return new LayerRotationError(error.code, error.message + end, { cause: error })
}

function dataPaths(data: DataConfig): (string | null)[] {
  if (data.type === 'imageFolder') return [data.train, data.test]
  if (data.type === 'dataset') return [data.train, data.test].flatMap(({ images, labels }) => [images, labels])
  if (data.type === 'tokens') return [data.file, ...(typeof data.test === 'string' ? [data.test] : [])]
  return 'folder' in data ? [data.folder] : []
}

function pathsIn({ data, model, initialWeights, record, learningRate }: ExperimentConfig): string[] {
  const exported = flattenLayers(model.layers).flatMap((layer) => (layer.type === 'exported' ? layer.file : []))
  const replayed = learningRate.type === 'replay' ? [learningRate.run] : []
  return [...dataPaths(data), ...exported, initialWeights, ...referenceFiles(record), ...replayed].filter(
    (path) => path !== null,
  )
}
