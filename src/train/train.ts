import { join } from 'node:path'
import { dataShape } from '../data/data.js'
import { loadData } from '../data/load-data.js'
import type { DataWork } from '../data/progress.js'
import { LayerRotationError } from '../errors.js'
import { experiment, folderName, type ExperimentConfig } from '../experiment/experiment.js'
import { parameterSettings } from '../groups/parameter-settings.js'
import { monitoredLayers, stateShapes } from '../model/describe-model.js'
import { createTrainer, type NamedTensor } from '../native.js'
import { currentEnvironment } from '../run/environment.js'
import { openRun, type Run } from '../run/open-run.js'
import { RunFolder, runId } from '../run/run-folder.js'
import { requireStepsPerEpoch } from '../schedule/steps-per-epoch.js'
import { referenceFiles } from '../trajectory/record-config.js'
import { validate } from '../validation/validate.js'
import { checkWeights } from '../weights/check-weights.js'
import { loadWeights } from '../weights/weights.js'
import { epochOrders } from './epoch-order.js'
import type { TrainingListeners } from './events.js'
import { freeMemory } from './free-memory.js'
import { ratesOf } from './rates/rates-of.js'
import { Training, type TrainingSetup } from './training.js'
import { splitForValidation, type ValidationSplit } from './validation-split.js'

export type { EpochEnd, EvaluationScore, Score, TrainingListeners, TrainingProgress, TrainingStart } from './events.js'

export interface TrainOptions extends TrainingListeners {
  /** The run's folder is `<runsFolder>/<name>/<time>-<label>`. */
  runsFolder?: string | undefined
  /** In place of six random hex digits; letters, digits, '.', '-' and '_'. */
  label?: string | undefined
  /** The run's folder itself, in place of one in `runsFolder`. Must not exist. */
  folder?: string | undefined
  /** Stops the training after its current step. */
  signal?: AbortSignal | undefined
}

/**
 * Trains an experiment and records it in a new run folder.
 *
 * @returns the run, as read back from its folder
 * @throws {LayerRotationError} before anything is written: INVALID_CONFIG, MISSING_FILE, INVALID_FILE, RUN_EXISTS,
 *   ADDON_MISSING, LIBTORCH_MISMATCH, DEVICE_UNAVAILABLE; later: INTERRUPTED, DIVERGED, WRITE_FAILED, OUT_OF_MEMORY, with
 *   what was measured until then in the folder and the reason in its status.json
 */
export async function train(config: ExperimentConfig, options: TrainOptions = {}): Promise<Run> {
  const validConfig = experiment(config)
  const path = runPath(validConfig, options)
  if (options.signal?.aborted)
    throw new LayerRotationError('INTERRUPTED', `stopped before it began; ${path} was not made`)

  const setup = await prepare(validConfig, { onProgress: options.onData, signal: options.signal })
  const { trainer } = setup
  try {
    freeMemory()
    const { device } = trainer
    const environment = await currentEnvironment(validConfig, { device, stepsPerEpoch: setup.orders.stepsPerEpoch })
    const folder = await RunFolder.create(path, validConfig, environment, trainer.layerNames)
    await new Training(setup, folder, options).run(options.signal)
  } finally {
    trainer.dispose()
  }
  return openRun(path)
}

function runPath(config: ExperimentConfig, { folder, runsFolder = 'runs', label }: TrainOptions): string {
  if (label !== undefined) validate(folderName, label, 'label')
  return folder ?? join(runsFolder, config.name, runId(new Date(), label))
}

/** Reads the data and moves it, with the model, to the device; JavaScript keeps none of it. */
export async function prepare(config: ExperimentConfig, work: DataWork = {}): Promise<TrainingSetup> {
  const { device, seed, optimizer, model, precision, memoryFormat, cudnnBenchmark, loss, augmentation } = config
  const weights = config.initialWeights === null ? null : await weightsOf(config, config.initialWeights)
  const references = new Map<string, NamedTensor[]>()
  for (const file of referenceFiles(config.record)) references.set(file, await weightsOf(config, file))
  const { inputShape, classes, ...data } = await loadData(config.data, seed, config.normalization, work)
  requireImages(data.train.labels.length)
  const split = splitForValidation(data.train.labels.length, config.validation, seed)
  requireBatch(config, split)
  const orders = epochOrders(split.train, config)
  requireStepsPerEpoch(config.learningRate, orders.stepsPerEpoch)
  const rates = await ratesOf(config, monitoredLayers(model.layers), orders.stepsPerEpoch)
  const trainer = await createTrainer({
    device,
    threads: config.threads ?? 0,
    seed,
    inputShape,
    classes,
    layers: model.layers,
    optimizer,
    precision,
    memoryFormat,
    cudnnBenchmark,
    loss,
    parameters: parameterSettings(config),
    augmentation,
    ...(weights && { weights }),
    data: { ...data, validation: split.validation },
  })
  try {
    for (const [file, tensors] of references) await trainer.setReference(file, tensors)
  } catch (error) {
    trainer.dispose()
    throw error
  }
  return { config, trainer, orders, rates, classes }
}

/** Images are put in order by keys that leave so much space for their indices. */
const mostImages = 2 ** 21

function requireImages(images: number): void {
  if (images <= mostImages) return
  const message = `data: found ${images} training images; at most ${mostImages} can be trained on`
  throw new LayerRotationError('INVALID_CONFIG', message)
}

function requireBatch({ batchSize }: ExperimentConfig, { train, validation }: ValidationSplit): void {
  if (batchSize <= train.length) return
  const images = validation.length === 0 ? 'training images' : `training images that do not validate`
  const message = `batchSize is ${batchSize}; expected at most ${train.length}, the number of ${images}`
  throw new LayerRotationError('INVALID_CONFIG', message)
}

/** Those of a file, which have to fit the model. */
async function weightsOf({ model, data }: ExperimentConfig, file: string): Promise<NamedTensor[]> {
  return checkWeights(await loadWeights(file), stateShapes(model.layers, dataShape(data).inputShape), file)
}
