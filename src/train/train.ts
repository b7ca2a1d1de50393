import { join } from 'node:path'
import { loadData } from '../data/load-data.js'
import { LayerRotationError } from '../errors.js'
import { experiment, folderName, type ExperimentConfig } from '../experiment/experiment.js'
import { createTrainer, type NativeTrainer } from '../native.js'
import { currentEnvironment } from '../run/environment.js'
import { openRun, type Run } from '../run/open-run.js'
import { RunFolder, runId } from '../run/run-folder.js'
import { validate } from '../validation/validate.js'
import type { TrainingListeners } from './events.js'
import { Training } from './training.js'

export type { EpochEnd, TrainingListeners, TrainingProgress, TrainingStart } from './events.js'

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

  const { trainer, trainingImages } = await prepare(validConfig)
  try {
    const environment = await currentEnvironment(validConfig, trainer.device)
    const folder = await RunFolder.create(path, validConfig, environment, trainer.layerNames)
    await new Training(validConfig, trainer, trainingImages, folder, options).run(options.signal)
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
async function prepare(config: ExperimentConfig): Promise<{ trainer: NativeTrainer; trainingImages: number }> {
  const { inputShape, classes, mean, deviation, train, test } = await loadData(config.data, config.seed)
  const trainingImages = train.labels.length
  if (config.batchSize > trainingImages) {
    const message = `batchSize is ${config.batchSize}; expected at most ${trainingImages}, the number of training images`
    throw new LayerRotationError('INVALID_CONFIG', message)
  }
  const { device, seed, optimizer, model } = config
  const threads = config.threads ?? 0
  const trainer = await createTrainer({
    device,
    threads,
    seed,
    inputShape,
    classes,
    layers: model.layers,
    optimizer,
    precision: 'fp32',
    memoryFormat: 'channelsLast',
    loss: { type: 'crossEntropy', labelSmoothing: 0 },
    weightDecay: { layers: new Float64Array(model.layers.filter(({ type }) => type === 'dense').length), others: 0 },
    augmentation: { shift: 0, flip: false },
    data: {
      mean: Float64Array.of(mean),
      deviation: Float64Array.of(deviation),
      train,
      validation: new Int32Array(0),
      test,
    },
  })
  return { trainer, trainingImages }
}
