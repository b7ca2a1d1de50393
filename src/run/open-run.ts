import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { z } from 'zod'
import { LayerRotationError } from '../errors.js'
import { validateExperiment, type ExperimentConfig } from '../experiment/experiment.js'
import { parseRotation, type RotationTable } from '../trajectory/rotation-table.js'
import { validate } from '../validation/validate.js'
import { loadWeights, type Weights } from '../weights/weights.js'
import { environmentSchema, type RunEnvironment } from './environment.js'
import { bestEpoch, parseMetrics, type EpochMetrics } from './metrics.js'
import { layout, type Checkpoint } from './run-folder.js'
import { isStale, statusSchema, type RunStatus } from './status.js'
import { readStepRecords, type StepRow } from './step-records.js'

/** A run as its folder holds it. */
export interface Run {
  folder: string
  config: ExperimentConfig
  environment: RunEnvironment
  status: RunStatus
  /** The status says running, but the process is gone. Known on the run's own host only. */
  stale: boolean
  /** One row an epoch. */
  metrics: EpochMetrics[]
  /**
   * The row of the first epoch with the largest validation accuracy, after which the weights 'best' were saved: their test
   * accuracy is `run.best?.testAccuracy`. Undefined without a validation split, and before the first epoch's end.
   */
  best: EpochMetrics | undefined
  rotation: RotationTable
  /** @throws {LayerRotationError} MISSING_FILE, INVALID_FILE */
  weights(checkpoint: Checkpoint): Promise<Weights>
  /** Empty without `record.steps`. @throws {LayerRotationError} INVALID_FILE */
  steps(): Promise<StepRow[]>
}

/**
 * Reads a run folder: finished, interrupted, failed, or still running. A row that a crash cut off is left out.
 *
 * @throws {LayerRotationError} MISSING_FILE, INVALID_FILE, naming file and line or key
 */
export async function openRun(folder: string): Promise<Run> {
  const path = (file: string) => join(folder, file)
  const config = await readJson(path(layout.config), (value, file) => validateExperiment(value, file, 'INVALID_FILE'))
  const environment = await readJson(path(layout.environment), (value, file) => checked(environmentSchema, value, file))
  const status = await readJson(path(layout.status), (value, file) => checked(statusSchema, value, file))
  const metrics = parseMetrics(await readText(path(layout.metrics)), path(layout.metrics))
  return {
    folder,
    config,
    environment,
    status,
    stale: isStale(status),
    metrics,
    best: bestEpoch(metrics),
    rotation: parseRotation(await readText(path(layout.rotation)), path(layout.rotation)),
    weights: (checkpoint) => loadWeights(path(layout.weights(checkpoint))),
    steps: () => readStepRecords(path(layout.steps)),
  }
}

async function readJson<Value>(file: string, check: (value: unknown, file: string) => Value): Promise<Value> {
  const text = await readText(file)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new LayerRotationError('INVALID_FILE', `${file} is no JSON: ${(cause as Error).message}`, { cause })
  }
  return check(value, file)
}

function checked<Schema extends z.ZodType>(schema: Schema, value: unknown, file: string): z.output<Schema> {
  return validate(schema, value, file, 'INVALID_FILE')
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new LayerRotationError('MISSING_FILE', `${file} does not exist; expected a run folder with this file`, {
        cause,
      })
    }
    throw new LayerRotationError('INVALID_FILE', `${file} cannot be read: ${message}`, { cause })
  }
}
