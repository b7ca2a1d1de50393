import { join } from 'node:path'
import { z } from 'zod'
import { LayerRotationError } from '../errors.js'
import type { ExperimentConfig } from '../experiment/config.js'
import { ifPresent } from '../files/if-present.js'
import { json, parseJson } from '../files/json.js'
import { makeFolder } from '../files/make-folder.js'
import { readText } from '../files/read-text.js'
import { reading } from '../files/reading.js'
import { writeDurably } from '../files/write.js'
import { secondsPerEpoch } from '../sweep/seconds-per-epoch.js'
import { strictObject } from '../validation/strict-object.js'
import { validate } from '../validation/validate.js'

/** The fewest epochs of a short run: fewer do not tell how the layers go on. */
export const fewestEpochs = 4

/** The part of the epochs that a short run has if neither epochs nor a budget are given. */
const usualShare = 1 / 10

/** Runs of candidates beyond the ends of the grid for which the budget keeps time. */
const spare = 2

const planSchema = strictObject({
  budget: z.number().positive(),
  runs: z.int().min(1),
  jobs: z.int().min(1),
  secondsPerEpoch: z.number().positive(),
})

/** The most bytes of a plan. */
const largestPlan = 10_000

/** The epochs of a short run without a budget. */
export const usualEpochs = ({ epochs }: ExperimentConfig): number =>
  Math.min(epochs, Math.max(fewestEpochs, Math.round(epochs * usualShare)))

export interface Budget {
  /** Seconds of all short runs together. */
  seconds: number
  /** The short runs of the grid. */
  runs: number
  /** Processes that train at once. */
  jobs: number
}

/**
 * The epochs of a short run for which a budget suffices. The seconds of an epoch are measured once and kept in the folder, so
 * that a tuning which was interrupted goes on with runs of the same length.
 *
 * @throws {LayerRotationError} INVALID_CONFIG if the budget is too small; INVALID_FILE; the errors of `secondsPerEpoch`
 */
export async function epochsWithin(
  experiment: ExperimentConfig,
  { seconds, runs, jobs }: Budget,
  folder: string,
  signal: AbortSignal | undefined,
): Promise<number> {
  const file = join(folder, 'plan.json')
  const found = await readPlan(file)
  const isSame = found?.budget === seconds && found.runs === runs && found.jobs === jobs
  const epoch = isSame ? found.secondsPerEpoch : await secondsPerEpoch(experiment, jobs, signal)
  if (!isSame) {
    await makeFolder(folder)
    await writeDurably(file, json({ budget: seconds, runs, jobs, secondsPerEpoch: epoch }))
  }
  const epochs = Math.floor((seconds * jobs) / ((runs + spare) * epoch))
  if (epochs >= Math.min(fewestEpochs, experiment.epochs)) return Math.min(epochs, experiment.epochs)
  const needed = Math.ceil((Math.min(fewestEpochs, experiment.epochs) * (runs + spare) * epoch) / jobs)
  const message = `tune: budget is ${seconds} s, but ${runs + spare} runs of ${fewestEpochs} epochs, of ${epoch.toPrecision(3)} s each, take ${needed} s; expected that or more, or fewer candidates`
  throw new LayerRotationError('INVALID_CONFIG', message)
}

async function readPlan(file: string): Promise<z.output<typeof planSchema> | undefined> {
  const text = await reading(file, () => ifPresent(() => readText(file, largestPlan)))
  return text === undefined ? undefined : validate(planSchema, parseJson(text, file), file, 'INVALID_FILE')
}
