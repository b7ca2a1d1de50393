import { dirname, join, resolve } from 'node:path'
import { dataShape } from '../data/data.js'
import { LayerRotationError } from '../errors.js'
import type { ExperimentConfig } from '../experiment/config.js'
import { completeExperiment, experiment } from '../experiment/experiment.js'
import { override } from '../experiment/overrides.js'
import { statIfPresent } from '../files/stat-if-present.js'
import { stateShapes } from '../model/describe-model.js'
import type { NamedTensor } from '../native/contract.js'
import { keptWeights, layout, type Checkpoint } from '../run/layout.js'
import { readRunHead } from '../run/open-run.js'
import { readPreprocessing, type Preprocessing } from '../run/preprocessing.js'
import { modelWeights } from '../train/model-weights.js'
import { elsewhere, withEnd } from '../train/working-folder.js'
import type { EvaluateOptions } from './options.js'

/** A trained model: its experiment, its weights, and what they say of the images that trained them. */
export interface ModelSource {
  /** The experiment, with the options' data, device and threads. */
  config: ExperimentConfig
  /** The experiment whose training images give the statistics of pixels if the weights do not have them. */
  trained: ExperimentConfig
  /** The file of the weights. */
  file: string
  weights: NamedTensor[]
  preprocessing: Preprocessing | null
  /** Adds to an error about a file that the run was started in another folder, if it was. */
  explained: (error: unknown) => unknown
}

/**
 * Finds and reads a model.
 *
 * @param model the folder of a run, or a file of weights
 * @throws {LayerRotationError} MISSING_FILE, INVALID_FILE, READ_FAILED, INVALID_CONFIG
 */
export async function readModel(
  model: string,
  options: EvaluateOptions,
  onNote: (note: string) => void,
): Promise<ModelSource> {
  const { trained, file, end } = await locate(model, options)
  const { data, device, threads } = options
  const given = options.experiment === undefined ? trained : experiment(options.experiment)
  const chosen = {
    ...given,
    ...(data !== undefined && { data }),
    ...(device !== undefined && { device }),
    ...(threads !== undefined && { threads }),
  }
  const changed = await override(chosen, options.settings ?? [])
  const config = completeExperiment(changed, `the experiment of ${model}`)
  const preprocessing = await readPreprocessing(file)
  const weights = await modelWeights(config, file, onNote)
  requireBuffers(config, weights, file)
  return { config, trained, file, weights, preprocessing, explained: (error) => withEnd(error, end(config)) }
}

interface Located {
  trained: ExperimentConfig
  file: string
  /** The end of an error about a file of this experiment. */
  end: (config: ExperimentConfig) => string
}

/** The remedy if the experiment's files are not where the working folder is. */
const remedy = 'start there, or give the data with their absolute paths'

async function locate(model: string, options: EvaluateOptions): Promise<Located> {
  const { weights = 'last', experiment: given } = options
  const path = resolve(model)
  const found = await statIfPresent(path)
  if (found === undefined) {
    throw new LayerRotationError('MISSING_FILE', `${model} does not exist; expected a run folder or a file of weights`)
  }
  if (found.isDirectory()) {
    const { config, environment } = await readRunHead(path)
    const file = isKept(weights) ? join(path, layout.weights(weights)) : resolve(weights)
    if (isKept(weights)) await requireWeights(path, weights, file)
    return { trained: config, file, end: (now) => elsewhere(now, environment, remedy) }
  }
  if (options.weights !== undefined) {
    const message = `weights is ${JSON.stringify(weights)}, but ${model} is a file of weights itself; expected a run folder, or no weights`
    throw new LayerRotationError('INVALID_CONFIG', message)
  }
  if (given !== undefined) return { trained: experiment(given), file: path, end: () => '' }
  const run = dirname(dirname(dirname(path)))
  if (keptWeights.every((name) => path !== join(run, layout.weights(name)))) {
    const message = `${model} is not in a run folder; name the experiment of these weights, too`
    throw new LayerRotationError('INVALID_CONFIG', message)
  }
  const { config, environment } = await readRunHead(run)
  return { trained: config, file: path, end: (now) => elsewhere(now, environment, remedy) }
}

const isKept = (weights: string): weights is Checkpoint => (keptWeights as readonly string[]).includes(weights)

/** @throws {LayerRotationError} MISSING_FILE, saying why the run lacks these weights */
async function requireWeights(run: string, weights: Checkpoint, file: string): Promise<void> {
  if ((await statIfPresent(file)) !== undefined) return
  const why = {
    last: 'they are written when a run ends or is interrupted; expected such a run, or the weights initial or best',
    best: 'they are written after an epoch with a validation split; expected such a run, or the weights last',
    initial: 'they are written when a run begins',
    average: 'they are written at the end of a run with the key averaging; expected such a run, or the weights last',
  }[weights]
  throw new LayerRotationError('MISSING_FILE', `${run} has no ${weights} weights: ${why}`)
}

/** Weights of other programs may lack running statistics for a training, which makes new ones, but not here. */
function requireBuffers({ model, data }: ExperimentConfig, weights: readonly NamedTensor[], file: string): void {
  const names = new Set(weights.map(({ name }) => name))
  const missing = [...stateShapes(model.layers, dataShape(data).inputShape).keys()].filter((name) => !names.has(name))
  if (missing.length === 0) return
  const message = `${file} lacks ${missing.slice(0, 5).join(', ')}${missing.length > 5 ? ' and more' : ''}; an evaluation needs the running statistics, too: save all of the model's state_dict`
  throw new LayerRotationError('INVALID_FILE', message)
}
