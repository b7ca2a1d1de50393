import { fingerprint } from '../data/fingerprint.js'
import { loadData } from '../data/load-data.js'
import type { PixelStatistics } from '../data/pixel-statistics.js'
import type { DataWork } from '../data/progress.js'
import { arraysOf, exampleCount, type Split, type TokenSplit } from '../data/split.js'
import { LayerRotationError } from '../errors.js'
import type { ExperimentConfig } from '../experiment/config.js'
import { layerSettings } from '../groups/layer-settings.js'
import { parameterSettings } from '../groups/parameter-settings.js'
import { monitoredIn } from '../model/describe-model.js'
import { storedWeights, withPrograms } from '../model/exported/exported.js'
import { requireMemory } from '../memory.js'
import type { NamedTensor, NativeTrainer, ParameterSettings, TrainerSpec } from '../native/contract.js'
import { createTrainer } from '../native/load.js'
import { leadingTrainer } from '../processes/leading-trainer.js'
import type { ProcessGroup } from '../processes/process-group.js'
import { mostIndices } from '../random.js'
import { requireStepsPerEpoch } from '../schedule/steps-per-epoch.js'
import { referenceFiles } from '../rotation/record-config.js'
import type { Preprocessing } from '../run/preprocessing.js'
import { epochOrders, type EpochOrders } from './epoch-order.js'
import { evaluatedExamples, type EvaluatedExamples } from './evaluation-plan.js'
import { modelWeights } from './model-weights.js'
import { fasterPrecision, precisionNotes } from './precision-advice.js'
import type { RateSource } from './rates/rate-source.js'
import { ratesOf } from './rates/rates-of.js'
import { notesOnSharing, requireShareable } from './shared-training.js'
import { stuckWeights } from './stuck-weights.js'
import { splitForValidation, type ValidationSplit } from './validation-split.js'
import { withListener } from './with-listener.js'

/** All that a training needs: experiment, trainer with model and data, orders and rates. */
export interface TrainingSetup {
  config: ExperimentConfig
  trainer: NativeTrainer
  /** [layers]: settings of each layer's weight. */
  settings: readonly ParameterSettings[]
  orders: EpochOrders
  rates: RateSource
  evaluated: EvaluatedExamples
  classes: number
  /** Null for tokens. */
  preprocessing: Preprocessing | null
  /** SHA-256 of the data and of the weights that rotation is measured from. */
  fingerprint: string
  /** Messages for the user about what will not be trained as the experiment says. */
  warnings: readonly string[]
  /** The notes that reading weights and data gave, and one about the precision. */
  notes: readonly string[]
  /** The precision in which this CPU trains faster; null if there is none. */
  fasterPrecision: 'fp32' | 'bf16' | null
  /** The processes that train together; absent for one. */
  group?: ProcessGroup
}

/**
 * Reads the data and moves it, with the model, to the device; JavaScript keeps none of it.
 *
 * @param work listener and signal of the reading
 * @param initial initial weights instead of those that the experiment names or the seed draws
 * @param native variant of the addon that computes the same training, for comparisons
 * @param group the processes that train together, each of which calls this; rank 0 tells the others to
 * @throws {LayerRotationError} INVALID_CONFIG, MISSING_FILE, INVALID_FILE, INTERRUPTED, and the errors of createTrainer
 */
export async function prepare(
  config: ExperimentConfig,
  work: DataWork = {},
  initial?: NamedTensor[],
  native: Pick<TrainerSpec, 'shadowWeights'> = {},
  group?: ProcessGroup,
): Promise<TrainingSetup> {
  if (group) requireShareable(config, group)
  if (group?.rank === 0) await group.tell({ type: 'prepare', config })
  const { device, seed, optimizer, model, precision, memoryFormat, cudnnBenchmark, loss, augmentation } = config
  const { gradientClipping, batchSize, accumulation } = config
  const notes = [...(await precisionNotes(config)), ...(group ? notesOnSharing(config, group) : [])]
  const read = (file: string) => modelWeights(config, file, (note) => notes.push(note))
  const weights = initial ?? (config.initialWeights === null ? null : await read(config.initialWeights))
  const layers = withPrograms(model.layers)
  const warnings =
    weights === null
      ? storedWeights(layers).flatMap(({ file, tensors }) => stuckWeights(config, tensors, file))
      : stuckWeights(config, weights, config.initialWeights ?? 'the checkpoint')
  const references = new Map<string, NamedTensor[]>()
  for (const file of referenceFiles(config.record)) references.set(file, await read(file))
  const { inputShape, classes, isTokens, classNames, ...data } = await readData(config, work, notes)
  const noun = isTokens ? 'windows' : 'images'
  requireBytes(config, data.train)
  const examples = exampleCount(data.train, inputShape)
  requireOrdered(examples, noun)
  const split = splitForValidation(examples, config.validation, seed, noun)
  requireBatch(config, split, noun)
  const orders = epochOrders(split.train, config)
  requireSteps(config.epochs, orders.stepsPerEpoch)
  requireStepsPerEpoch(config.learningRate, orders.stepsPerEpoch)
  const rates = await ratesOf(config, monitoredIn(model.layers), orders.stepsPerEpoch)
  const evaluated = evaluatedExamples(config, split.validation, exampleCount(data.test, inputShape), noun)
  const seen = await fingerprint(data, references)
  const arrays = [data.train, data.test].flatMap(arraysOf)
  const bytes = arrays.reduce((sum, { byteLength }) => sum + byteLength, 0)
  requireMemory(bytes, `data: the ${noun} on their way to the device`)
  await group?.meet(seen)
  const spec: TrainerSpec = {
    device: group ? await group.device(device) : device,
    threads: config.threads ?? 0,
    seed,
    inputShape,
    classes,
    layers,
    optimizer,
    gradientClipping,
    ...(accumulation > 1 && { microBatch: batchSize / accumulation }),
    precision,
    memoryFormat,
    cudnnBenchmark,
    loss,
    parameters: parameterSettings(config),
    augmentation,
    ...(weights && { weights }),
    ...native,
    data: { ...data, validation: split.validation },
  }
  const own = await createTrainer(spec, group?.native)
  const trainer = group?.rank === 0 ? leadingTrainer(own, group) : own
  try {
    for (const [file, tensors] of references) await trainer.setReference(file, tensors)
  } catch (error) {
    trainer.dispose()
    throw error
  }
  const settings = layerSettings(config, trainer.layerNames)
  const preprocessing = 'mean' in data ? preprocessingOf(data, classNames) : null
  return {
    config,
    trainer,
    settings,
    orders,
    rates,
    evaluated,
    classes,
    preprocessing,
    fingerprint: seen,
    warnings,
    notes,
    fasterPrecision: await fasterPrecision(config),
    ...(group && { group }),
  }
}

/** All that is needed of the training images elsewhere. */
export const preprocessingOf = (
  { mean, deviation }: PixelStatistics,
  classNames: readonly string[] | undefined,
): Preprocessing => ({ mean: [...mean], deviation: [...deviation], classNames: classNames ? [...classNames] : null })

/** Reads the data of an experiment, tells the notes so far and adds those of the reading; an error of a listener ends it. */
export function readData({ data, seed, normalization }: ExperimentConfig, work: DataWork, notes: string[]) {
  const stop = new AbortController()
  const signal = AbortSignal.any(work.signal ? [work.signal, stop.signal] : [stop.signal])
  const listenTo = <Event, Result>(
    listener: ((event: Event) => unknown) | undefined,
    read: (report: ((event: Event) => void) | undefined) => Promise<Result>,
  ) => withListener({ listener, stop: () => stop.abort(), work: read })
  return listenTo(work.onProgress, (onProgress) =>
    listenTo(work.onNote, (tell) => {
      for (const note of notes) tell?.(note)
      const onNote = (note: string) => {
        notes.push(note)
        tell?.(note)
      }
      return loadData(data, seed, normalization, { onProgress, onNote, signal })
    }),
  )
}

function requireBytes({ augmentation }: ExperimentConfig, train: Split | TokenSplit): void {
  if (augmentation.randAugment === null || !('images' in train) || train.images instanceof Uint8Array) return
  const message =
    'augmentation.randAugment: the images are float32, whose range its operations do not know; expected null, or images of uint8'
  throw new LayerRotationError('INVALID_CONFIG', message)
}

function requireOrdered(examples: number, noun: string): void {
  if (examples <= mostIndices) return
  const message = `data: found ${examples} training ${noun}; at most ${mostIndices} can be trained on`
  throw new LayerRotationError('INVALID_CONFIG', message)
}

/** The records number the steps of a run by 32-bit integers. */
const mostSteps = 2 ** 31 - 1

function requireSteps(epochs: number, stepsPerEpoch: number): void {
  if (epochs * stepsPerEpoch <= mostSteps) return
  const message = `epochs is ${epochs}; expected at most ${Math.floor(mostSteps / stepsPerEpoch)}, because a run of ${stepsPerEpoch} steps an epoch has at most ${mostSteps} steps`
  throw new LayerRotationError('INVALID_CONFIG', message)
}

function requireBatch(
  { batchSize, data }: ExperimentConfig,
  { train, validation }: ValidationSplit,
  noun: string,
): void {
  if (batchSize <= train.length) return
  const examples = validation.length === 0 ? `training ${noun}` : `training ${noun} that do not validate`
  const subset =
    'perClass' in data && data.perClass !== null ? ` with data.perClass ${data.perClass}; change one of them` : ''
  const message = `batchSize is ${batchSize}; expected at most ${train.length}, the number of ${examples}${subset}`
  throw new LayerRotationError('INVALID_CONFIG', message)
}
