import { resolve } from 'node:path'
import { LayerRotationError } from '../errors.js'
import { folderName, type ExperimentConfig } from '../experiment/config.js'
import { experiment } from '../experiment/experiment.js'
import { requireLoggers } from '../loggers/loggers.js'
import { workingFolder } from '../working-folder.js'
import { currentEnvironment, type ExperimentDefinition } from '../run/environment.js'
import { openTrainedRun, type TrainedRun } from '../run/open-run.js'
import { inNewFolder, RunFolder } from '../run/run-folder.js'
import type { ProcessGroup } from '../processes/process-group.js'
import { validate } from '../validation/validate.js'
import type { TrainingListeners } from './events.js'
import { freeMemory } from './free-memory.js'
import { ownSignal, requireTrainOptions } from './options.js'
import { prepare } from './prepare.js'
import { Training } from './training.js'

export type {
  EpochEnd,
  EpochModel,
  EvaluationScore,
  EvaluationStatus,
  Score,
  StepEnd,
  TrainingListeners,
  TrainingProgress,
  TrainingStart,
} from './events.js'

export interface TrainOptions extends TrainingListeners {
  /**
   * Folder of the runs, by default `runs`: the run's folder is `<runsFolder>/<name>/<time>-<label>`, followed by `-2`,
   * `-3` … if that exists already. The environment variable LAYER_ROTATION_RUNS applies to the command line only.
   */
  runsFolder?: string | undefined
  /** Label of the folder instead of six random hex digits: letters, digits, '.', '-' and '_'. */
  label?: string | undefined
  /** Folder of the run instead of one in `runsFolder`; must not exist. */
  folder?: string | undefined
  /** The preset or file that the experiment was loaded from, and the changes of it, for environment.json. */
  definition?: ExperimentDefinition | undefined
  /** Stops the training after its current step. */
  signal?: AbortSignal | undefined
}

/**
 * Trains an experiment and records it in a new run folder.
 *
 * @returns the run, as read back from its folder
 * @throws {LayerRotationError} before anything is written: INVALID_CONFIG, MISSING_FILE, INVALID_FILE, READ_FAILED,
 *   RUN_EXISTS, ADDON_MISSING, LIBTORCH_MISMATCH, DEVICE_UNAVAILABLE; later: INTERRUPTED, DIVERGED, WRITE_FAILED,
 *   READ_FAILED, RUN_LOCKED, OUT_OF_MEMORY, DEVICE_FAILED, with the measurements so far in the folder and the reason in its status.json
 */
export function train(config: ExperimentConfig, options: TrainOptions = {}): Promise<TrainedRun> {
  return trainTogether(config, options, undefined)
}

/** Does the same with other processes. @param group theirs and this one, whose rank 0 this is; undefined for this one alone */
export async function trainTogether(
  config: ExperimentConfig,
  options: TrainOptions,
  group: ProcessGroup | undefined,
): Promise<TrainedRun> {
  const validConfig = experiment(config)
  requireTrainOptions(options)
  requireLoggers(validConfig)
  workingFolder()
  if (options.label !== undefined) validate(folderName, options.label, 'label')
  const { runsFolder = 'runs', label } = options
  // Resolved now: the folder stays the same if the program changes its working directory.
  const parent = resolve(runsFolder, validConfig.name)
  const given = options.folder === undefined ? undefined : resolve(options.folder)
  const signal = ownSignal(options.signal)
  if (signal?.aborted) throw new LayerRotationError('INTERRUPTED', 'stopped before it began; no run folder was made')

  const work = { onProgress: options.onData, onNote: options.onNote, signal }
  const setup = await prepare(validConfig, work, undefined, {}, group)
  const { trainer } = setup
  try {
    freeMemory()
    const { device } = trainer
    const { stepsPerEpoch } = setup.orders
    const seen = { device, stepsPerEpoch, data: setup.fingerprint, processes: group?.size }
    const own = await currentEnvironment(validConfig, seen)
    const environment = { ...own, ...(options.definition && { definition: options.definition }) }
    const create = (path: string) => RunFolder.create(path, validConfig, environment, trainer.layerNames)
    const folder = await (given === undefined ? inNewFolder(parent, label, create) : create(given))
    try {
      await new Training(setup, folder, options).run(signal)
    } finally {
      await folder.close()
    }
    return await openTrainedRun(folder.path)
  } finally {
    trainer.dispose()
  }
}
