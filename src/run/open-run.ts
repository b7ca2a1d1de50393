import { basename, join, resolve } from 'node:path'
import { z } from 'zod'
import { LayerRotationError } from '../errors.js'
import type { ExperimentConfig } from '../experiment/config.js'
import { validateExperiment } from '../experiment/experiment.js'
import { monitoredIn } from '../model/describe-model.js'
import { LayerTable } from '../rotation/layer-table.js'
import { paperRotation, parseLayers } from '../rotation/layers-csv.js'
import { parseRotation, type RotationTable } from '../rotation/rotation-table.js'
import { requirePath } from '../validation/path.js'
import { validate } from '../validation/validate.js'
import { loadWeights, type Weights } from '../weights/weights.js'
import { environmentSchema, type RunEnvironment } from './environment.js'
import { bestEpoch, type EpochMetrics, type InitialMetrics } from './metrics.js'
import { parseMetricsRows } from './metrics-csv.js'
import { keptWeights, layout, type Checkpoint } from './layout.js'
import { parseJson } from '../files/json.js'
import {
  isPyTorchRun,
  measuredRotation,
  readPyTorchEnvironment,
  readPyTorchLayers,
  type PyTorchEnvironment,
} from './pytorch-run.js'
import { runText, runTextIfPresent } from './run-text.js'
import { isStale, statusSchema, type RunStatus } from './status.js'
import { readStepRecords } from './step-records.js'

/** A run as recorded in its folder: trained by this package or, with `config` undefined, recorded in PyTorch. */
export type Run = TrainedRun | PyTorchRun

interface RecordedRun {
  /** The absolute path of the folder. */
  folder: string
  status: RunStatus
  /** True if the status is running but the process is gone, which is known on the run's own host only. */
  stale: boolean
  /** One row per epoch; none for a training in PyTorch. */
  metrics: EpochMetrics[]
  /** The scores before the first step; absent unless `evaluation.initial` asked for them. */
  initial?: InitialMetrics
  /**
   * The row of the first epoch with the largest validation accuracy, after which the weights 'best' were saved: their
   * test accuracy is `run.best?.testAccuracy`. Undefined without a validation split and before the end of the first
   * epoch.
   */
  best: EpochMetrics | undefined
  /** Rotation at the start of training and at the end of each epoch, or after each measured step of a training in PyTorch. */
  rotation: RotationTable
  /**
   * Reads the measurements of the layers after the first and after the last step of each epoch, or after each measured step of
   * a training in PyTorch; the column epoch counts the epochs done. The table has no rows before the first record.
   *
   * @throws {LayerRotationError} INVALID_FILE
   */
  layers(): Promise<LayerTable>
  /**
   * Reads weights that the run keeps: of a training in PyTorch the initial ones.
   *
   * @param names the tensors to read, by default all
   * @throws {LayerRotationError} MISSING_FILE, INVALID_FILE; INVALID_CONFIG for other weights
   */
  weights(checkpoint: Checkpoint, names?: readonly string[]): Promise<Weights>
  /**
   * Reads the measurements of the layers after every k-th step; the table has no rows if `record.steps` is 0. Those of a
   * training in PyTorch are in its layers.csv.
   *
   * @param columns columns to read, by default all; each takes 80 MB of memory for ten million rows
   * @throws {LayerRotationError} INVALID_FILE, naming the part of steps/ that cannot be read; INVALID_CONFIG for an
   *   unknown column
   */
  steps(columns?: readonly string[]): Promise<LayerTable>
}

/** A run that this package trained. */
export interface TrainedRun extends RecordedRun {
  config: ExperimentConfig
  environment: RunEnvironment
  /**
   * Reads the rotation at the paper's moments: zeros, then after the first update of each epoch.
   *
   * @throws {LayerRotationError} INVALID_FILE
   */
  paperRotation(): Promise<RotationTable>
}

/** A training in PyTorch that layer_rotation.py recorded. */
export interface PyTorchRun extends RecordedRun {
  config: undefined
  environment: PyTorchEnvironment
}

/**
 * Reads a run folder, finished, interrupted, failed or still running. A row that a crash cut off is ignored.
 *
 * @param folder its path, not empty: '.' is the working folder
 * @throws {LayerRotationError} MISSING_FILE, INVALID_FILE, naming file and line or key; INVALID_CONFIG for a folder that is no path
 */
export async function openRun(folder: string): Promise<Run> {
  requirePath(folder, 'openRun', 'folder')
  const path = resolve(folder)
  return (await isPyTorchRun(path)) ? readPyTorchRun(path) : readTrainedRun(path)
}

/** The name of a run's experiment, or of the folder of a training in PyTorch. */
export const runName = ({ config, folder }: Run): string => config?.name ?? basename(folder)

/**
 * Reads the folder of a run that this package trained.
 *
 * @param folder its path, not empty: '.' is the working folder
 * @throws {LayerRotationError} those of `openRun`; INVALID_FILE for a training in PyTorch
 */
export async function openTrainedRun(folder: string): Promise<TrainedRun> {
  requirePath(folder, 'openTrainedRun', 'folder')
  return readTrainedRun(resolve(folder))
}

async function readPyTorchRun(folder: string): Promise<PyTorchRun> {
  const environment = await readPyTorchEnvironment(folder)
  const status = await readStatus(folder)
  const table = await readPyTorchLayers(folder, environment.layers)
  return {
    folder,
    config: undefined,
    environment,
    status,
    stale: isStale(status),
    metrics: [],
    best: undefined,
    rotation: measuredRotation(table),
    layers: () => Promise.resolve(table),
    weights: readWeights(folder),
    steps: (columns) => Promise.resolve(columns === undefined ? table : table.pick(columns)),
  }
}

async function readTrainedRun(folder: string): Promise<TrainedRun> {
  const path = (file: string) => join(folder, file)
  const { config, environment, status, stale } = await readRunHead(folder)
  const measurements = await readMeasurements(folder, { config, status })
  const { metrics, rotation } = measurements
  const layers = async () => {
    const file = path(layout.layers)
    // The first record creates it, and the PyTorch baseline writes none.
    const text = await runTextIfPresent(file)
    return text === undefined
      ? new LayerTable(rotation.layers, new Int32Array(), new Map())
      : parseLayers(text, file, rotation.layers)
  }
  return {
    folder,
    config,
    environment,
    status,
    stale,
    ...measurements,
    best: bestEpoch(metrics),
    layers,
    paperRotation: async () => paperRotation(await layers()),
    weights: readWeights(folder),
    steps: (columns) => readStepRecords(path(layout.steps), rotation.layers, columns),
  }
}

const readWeights =
  (folder: string): Run['weights'] =>
  async (checkpoint, names) => {
    validate(z.object({ checkpoint: z.enum(keptWeights) }), { checkpoint }, 'weights')
    return loadWeights(join(folder, layout.weights(checkpoint)), names)
  }

/**
 * Reads the measurements of a run after each epoch.
 *
 * @throws {LayerRotationError} MISSING_FILE; INVALID_FILE, also if rows of a finished run are missing
 */
export async function readMeasurements(
  folder: string,
  { config, status }: Pick<TrainedRun, 'config' | 'status'>,
): Promise<Pick<TrainedRun, 'initial' | 'metrics' | 'rotation'>> {
  const rotation = await readRotation(folder, config)
  const file = join(folder, layout.metrics)
  const table = parseMetricsRows(await runText(file), file)
  if (status.status === 'finished') {
    requireLast(table.metrics.at(-1)?.epoch, status, file)
    requireLast(rotation.epochs.at(-1), status, join(folder, layout.rotation))
  }
  return { ...table, rotation }
}

/** A table may lack rows without being damaged otherwise. @param last the epoch of its last row */
function requireLast(last: number | undefined, { epoch }: RunStatus, file: string): void {
  if (last === epoch) return
  const found = last === undefined ? 'has no rows' : `ends after epoch ${last}`
  const message = `${file} ${found}; expected epoch ${epoch}, at which the run finished: rows are missing`
  throw new LayerRotationError('INVALID_FILE', message)
}

/**
 * Reads the rotation of a run's layers alone.
 *
 * @throws {LayerRotationError} MISSING_FILE, INVALID_FILE
 */
export async function readRotation(folder: string, config: ExperimentConfig): Promise<RotationTable> {
  const file = join(folder, layout.rotation)
  const rotation = parseRotation(await runText(file), file)
  requireLayers(rotation.layers, monitoredIn(config.model.layers), file)
  return rotation
}

function requireLayers(found: readonly string[], expected: readonly string[], file: string): void {
  const wrong = Array.from({ length: Math.max(found.length, expected.length) }, (_, i) => i).find(
    (i) => found[i] !== expected[i],
  )
  if (wrong === undefined) return
  const show = (name: string | undefined) => (name === undefined ? 'nothing' : JSON.stringify(name.slice(0, 100)))
  const message = `${file}:1: column ${wrong + 2}: found ${show(found[wrong])}; expected ${show(expected[wrong])}, as in config.json`
  throw new LayerRotationError('INVALID_FILE', message)
}

/**
 * Reads config, environment and status of a run, without its measurements.
 *
 * @throws {LayerRotationError} MISSING_FILE, INVALID_FILE
 */
export async function readRunHead(
  folder: string,
): Promise<Pick<TrainedRun, 'config' | 'environment' | 'status' | 'stale'>> {
  if (await isPyTorchRun(folder)) {
    const message = `${folder} was trained in PyTorch, where layer_rotation.py recorded it; expected a run that layer-rotation trained`
    throw new LayerRotationError('INVALID_FILE', message)
  }
  const path = (file: string) => join(folder, file)
  const config = await readJson(path(layout.config), (value, file) => validateExperiment(value, file, 'INVALID_FILE'))
  const environment = await readJson(path(layout.environment), (value, file) => checked(environmentSchema, value, file))
  const status = await readStatus(folder)
  return { config, environment, status, stale: isStale(status) }
}

/** Reads status.json. @throws {LayerRotationError} MISSING_FILE, INVALID_FILE */
export const readStatus = (folder: string): Promise<RunStatus> =>
  readJson(join(folder, layout.status), (value, file) => checked(statusSchema, value, file))

async function readJson<Value>(file: string, check: (value: unknown, file: string) => Value): Promise<Value> {
  return check(parseJson(await runText(file), file), file)
}

function checked<Schema extends z.ZodType>(schema: Schema, value: unknown, file: string): z.output<Schema> {
  return validate(schema, value, file, 'INVALID_FILE')
}
