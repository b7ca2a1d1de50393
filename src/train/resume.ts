import { join, resolve } from 'node:path'
import { LayerRotationError } from '../errors.js'
import type { ExperimentConfig } from '../experiment/config.js'
import { experiment } from '../experiment/experiment.js'
import { workingFolder } from '../working-folder.js'
import type { NamedTensor } from '../native/contract.js'
import { keptName, readCheckpoint } from '../run/checkpoint-files.js'
import { listCheckpoints } from '../run/checkpoint-folders.js'
import { currentEnvironment } from '../run/environment.js'
import { unfinishedRuns } from '../run/find-run.js'
import { layout } from '../run/layout.js'
import { lockIfFree, lockRun, type RunLock } from '../run/lock.js'
import { openTrainedRun, readRunHead, type TrainedRun } from '../run/open-run.js'
import { describePosition, type RunPosition } from '../run/position.js'
import { RunFolder } from '../run/run-folder.js'
import type { TrainingCheckpoint } from '../run/training-checkpoint.js'
import { requireLoggers } from '../loggers/loggers.js'
import { lastEpoch } from '../rotation/record-config.js'
import type { ProcessGroup } from '../processes/process-group.js'
import { requirePath } from '../validation/path.js'
import { hasAverage } from './averaging.js'
import { firstStep } from './beginning.js'
import { configDifferences, environmentDifferences, requireSame, type Difference } from './differences.js'
import type { TrainingListeners } from './events.js'
import { freeMemory } from './free-memory.js'
import { modelWeights } from './model-weights.js'
import { ownSignal, requireResumeOptions } from './options.js'
import { prepare, type TrainingSetup } from './prepare.js'
import { Training } from './training.js'
import { elsewhere, withEnd } from './working-folder.js'

export interface ResumeOptions extends TrainingListeners {
  /** Experiment to compare with that of the run, or to replace it (`accept: ['config']`). */
  config?: ExperimentConfig | undefined
  /** Differences from before the interruption that are allowed. */
  accept?: readonly Difference[] | undefined
  /** The changes that made `config`, `path=value` each, for environment.json. */
  overrides?: readonly string[] | undefined
  /** Stops the training after its current step. */
  signal?: AbortSignal | undefined
}

/**
 * Resumes a run that was interrupted, failed or lost its process, from its newest checkpoint, to the same weights,
 * metrics and trajectories, bit for bit, as an uninterrupted run. The records after the checkpoint are removed and made
 * again; a run without a checkpoint starts again in its folder.
 *
 *     const run = await resume('runs/mnist/20261123-052233-7f3a90')
 *
 * @param folder its path, not empty: '.' is the working folder
 * @returns the run, as read back from its folder
 * @throws {LayerRotationError} before anything is changed: RUN_LOCKED for a run that is still running; INVALID_CONFIG
 *   for a finished run and for a difference in experiment, data, LibTorch, version, device, processor or threads;
 *   MISSING_FILE, INVALID_FILE, READ_FAILED and the errors of `train`. Later: the errors of `train`
 */
export function resume(folder: string, options: ResumeOptions = {}): Promise<TrainedRun> {
  return resumeTogether(folder, options, undefined)
}

/** Does the same with other processes. @param group theirs and this one, whose rank 0 this is; undefined for this one alone */
export async function resumeTogether(
  folder: string,
  options: ResumeOptions,
  group: ProcessGroup | undefined,
): Promise<TrainedRun> {
  requirePath(folder, 'resume', 'folder')
  requireResumeOptions(options)
  workingFolder()
  return resumeIn(resolve(folder), { ...options, signal: ownSignal(options.signal) }, group)
}

async function resumeIn(folder: string, options: ResumeOptions, group: ProcessGroup | undefined): Promise<TrainedRun> {
  await readRunHead(folder) // throws if there is no folder to lock
  const lock = await lockRun(folder, options)
  try {
    await resumeLocked(folder, lock, options, group)
  } finally {
    await lock.release()
  }
  return openTrainedRun(folder)
}

/**
 * Resumes the newest run of an experiment that is neither finished nor being written. Several processes that call this at
 * once resume one run each.
 *
 * @param runs folder of the runs
 * @param group the processes that train together, whose rank 0 this is
 * @returns the run, as read back from its folder; undefined if there is none to resume
 * @throws {LayerRotationError} the errors of `resume`; READ_FAILED if a run cannot be read now, because it may be the one
 */
export async function resumeNewest(
  runs: string,
  config: ExperimentConfig,
  options: Omit<ResumeOptions, 'config'> = {},
  group?: ProcessGroup,
): Promise<TrainedRun | undefined> {
  for await (const folder of unfinishedRuns(runs, (run) => configDifferences(run.config, config).length === 0)) {
    const lock = await lockIfFree(folder, options)
    if (lock === undefined) continue
    try {
      // Whoever had the lock before may have come to the end.
      if ((await readRunHead(folder)).status.status === 'finished') continue
      await resumeLocked(folder, lock, { ...options, config }, group)
    } finally {
      await lock.release()
    }
    return openTrainedRun(folder)
  }
  return undefined
}

async function resumeLocked(
  folder: string,
  lock: RunLock,
  options: ResumeOptions,
  group: ProcessGroup | undefined,
): Promise<void> {
  const head = await readRunHead(folder)
  requireResumable(folder, head)
  const checkpoints = join(folder, layout.checkpoints)
  const newest = (await listCheckpoints(checkpoints)).at(-1)
  const checkpoint = newest === undefined ? undefined : await readCheckpoint(newest)
  const before = checkpoint ?? head
  const config = experiment(options.config ?? head.config)
  requireLoggers(config)
  const changes = configDifferences(before.config, config)
  requireSame(folder, changes, options.accept)
  if (options.signal?.aborted)
    throw new LayerRotationError('INTERRUPTED', `stopped before ${folder} was resumed; it is unchanged`)

  // The checkpoint keeps the initial weights: the file that they came from may have changed.
  const initial = newest === undefined ? undefined : await modelWeights(config, join(newest, keptName('initial')))
  const away = elsewhere(config, before.environment, 'resume it from there')
  const work = { onProgress: options.onData, onNote: options.onNote, signal: options.signal }
  const setup = await prepare(config, work, initial, {}, group).catch((error: unknown) => {
    throw withEnd(error, away)
  })
  const { trainer } = setup
  try {
    freeMemory()
    const { stepsPerEpoch } = setup.orders
    const seen = { device: trainer.device, stepsPerEpoch, data: setup.fingerprint, processes: group?.size }
    const own = await currentEnvironment(config, seen)
    const found = [...changes, ...environmentDifferences(before.environment, own, away)]
    const accepted = requireSame(folder, found, options.accept)
    const position = checkpoint?.position ?? { epoch: 0, step: 0 }
    requirePosition(folder, position, setup)
    if (checkpoint) await restore(setup, checkpoint, newest!)
    const { startedAt, definition, resumed = [] } = before.environment
    const overrides = options.overrides?.length ? { overrides: [...options.overrides] } : {}
    const environment = {
      ...own,
      ...(definition && { definition }),
      startedAt,
      resumed: [...resumed, { at: own.startedAt, position, ...overrides }],
    }
    const run = await RunFolder.open(folder, lock, config, environment, trainer.layerNames, checkpoint)
    for (const difference of accepted) await run.log(`accepted: ${difference}`)
    const from = checkpoint && {
      ...checkpoint,
      best: await run.best(),
      averagedFrom: hasAverage(checkpoint.training, checkpoint.weights)
        ? (checkpoint.averagedFrom ?? firstStep.position)
        : position,
    }
    await new Training(setup, run, options, from).run(options.signal)
  } finally {
    trainer.dispose()
  }
}

function requireResumable(folder: string, { status, environment }: Awaited<ReturnType<typeof readRunHead>>): void {
  const refuse = (problem: string) => {
    throw new LayerRotationError('INVALID_CONFIG', `${folder} ${problem}`)
  }
  if (status.status === 'finished') refuse('is finished; there is nothing to resume')
  if (environment.data === null)
    refuse('was made by the PyTorch baseline, which writes no checkpoints; expected a run of this package')
}

function requirePosition(folder: string, { epoch, step }: RunPosition, { config, orders }: TrainingSetup): void {
  const { stepsPerEpoch } = orders
  if (epoch < config.epochs && step <= stepsPerEpoch) return
  const done = describePosition({ epoch, step })
  const message = `${folder} has done ${done}; expected less than the ${config.epochs} epochs of ${stepsPerEpoch} steps of the experiment`
  throw new LayerRotationError('INVALID_CONFIG', message)
}

/** Restores the trainer and the rates from a checkpoint. @param folder folder of the checkpoint */
async function restore(setup: TrainingSetup, checkpoint: TrainingCheckpoint, folder: string): Promise<void> {
  const { trainer, config, rates } = setup
  const { part, layers, lastEpoch: reference } = checkpoint
  const refuse = (problem: string, cause?: unknown) => {
    throw new LayerRotationError(
      'INVALID_FILE',
      `${folder} does not fit the run: ${problem}; remove this folder to resume from an earlier checkpoint or from the start`,
      { cause },
    )
  }
  if (layers.join() !== trainer.layerNames.join())
    refuse(`its layers are ${layers.join(', ').slice(0, 200)}; expected ${trainer.layerNames.join(', ').slice(0, 200)}`)
  const planned = (part?.rates.length ?? 0) / layers.length
  const { stepsPerEpoch } = setup.orders
  if (planned > stepsPerEpoch) refuse(`it has the rates of ${planned} steps; expected at most ${stepsPerEpoch}`)
  const needsReference = part !== undefined && config.record.references.includes(lastEpoch)
  if (needsReference && !reference) refuse('the weights at the start of the epoch are missing')
  try {
    await trainer.setWeights(complete(checkpoint.weights, await trainer.weights()))
    await trainer.setTrainingState(checkpoint.training)
    if (needsReference) await trainer.setReference(lastEpoch, reference)
  } catch (error) {
    if (!(error instanceof LayerRotationError) || error.code !== 'INVALID_CONFIG') throw error
    refuse(error.message, error)
  }
  rates.restore(checkpoint.rates)
}

/** Requires all tensors of the model, unlike setWeights, which accepts weights of other programs without buffers. */
function complete(given: NamedTensor[], own: readonly NamedTensor[]): NamedTensor[] {
  const names = new Set(given.map(({ name }) => name))
  const missing = own.find(({ name }) => !names.has(name))
  if (missing) throw new LayerRotationError('INVALID_CONFIG', `weights: ${missing.name} is missing`)
  return given
}
