import { inferredDataset } from './arrays/dataset.js'
import { inferredFolder } from './images/image-folder.js'

/** The types of data that may leave some of their keys to their files. */
const inferring: Readonly<Record<string, <Given>(data: Given) => Given>> = {
  imageFolder: inferredFolder,
  dataset: inferredDataset,
}

/**
 * Fills in the keys of an experiment's data that their files tell, such as the size of images. It is called for what a person
 * wrote, not for the config of a run, which has all keys: opening somebody's run looks at none of the paths in it.
 *
 * @throws {LayerRotationError} MISSING_FILE, INVALID_FILE, READ_FAILED
 */
export function withInferredData(experiment: unknown): unknown {
  if (!isObject(experiment) || !isObject(experiment['data'])) return experiment
  const { type } = experiment['data']
  const infer = typeof type === 'string' && Object.hasOwn(inferring, type) ? inferring[type] : undefined
  return infer === undefined ? experiment : { ...experiment, data: infer(experiment['data']) }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
