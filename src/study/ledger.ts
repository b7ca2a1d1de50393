import { isDeepStrictEqual } from 'node:util'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { LayerRotationError } from '../errors.js'
import { experimentSchema, folderName, type ExperimentConfig } from '../experiment/config.js'
import { validateExperiment } from '../experiment/experiment.js'
import { json, parseJson } from '../files/json.js'
import { readText } from '../files/read-text.js'
import { reading } from '../files/reading.js'
import { statIfPresent } from '../files/stat-if-present.js'
import { writeDurably } from '../files/write.js'
import { strictObject } from '../validation/strict-object.js'
import { validate } from '../validation/validate.js'
import { packageVersion } from '../version.js'
import { canonicalJson } from './canonical.js'
import { mostPoints } from './combine.js'
import { axisValueSchema } from './axis-value.js'
import type { StudyPoint } from './study-config.js'

/** A point of a study and its run's folder. */
export interface LedgerPoint extends StudyPoint {
  /** The name of the run's folder within that of the study. */
  folder: string
}

/** The record of a study's points, which is kept in its folder: ledger.json. */
export interface Ledger {
  name: string
  /** The experiment that the axes change; null if a function made the experiments, or if they were listed. */
  base: ExperimentConfig | null
  axes: string[]
  points: LedgerPoint[]
}

/** Paths within the folder of a study. */
export const studyLayout = {
  ledger: 'ledger.json',
  lock: 'ledger.lock',
  rows: 'study.json',
  table: 'study.csv',
  report: 'report.html',
  figures: 'figures',
  slurm: 'slurm',
}

/** Grows with every change of the file that an earlier version could not read. */
const format = 1

/**
 * The file. An experiment is written as the keys by which it differs from one that is written whole, so that a network of a
 * hundred layers stands there once.
 */
const fileSchema = strictObject({
  format: z.literal(format),
  layerRotation: z.string(),
  name: folderName,
  base: z.int().min(0).nullable(),
  axes: z.array(z.string().min(1)),
  experiments: z.array(experimentSchema),
  points: z
    .array(
      strictObject({
        folder: z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,149}$/, 'the name of a folder'),
        values: z.record(z.string(), axisValueSchema),
        experiment: z.int().min(0),
        changes: z.record(z.string(), z.unknown()),
      }),
    )
    .max(mostPoints),
})

type LedgerFile = z.output<typeof fileSchema>

/** The most bytes of a ledger. */
const largestLedger = 2 ** 28

/**
 * Reads the ledger of a study.
 *
 * @param folder the study's folder
 * @throws {LayerRotationError} MISSING_FILE, INVALID_FILE, READ_FAILED
 */
export async function readLedger(folder: string): Promise<Ledger> {
  const file = join(folder, studyLayout.ledger)
  const text = await reading(file, () => readText(file, largestLedger), 'a folder that `layer-rotation sweep` made')
  const value = parseJson(text, file)
  requireFormat(value, file)
  try {
    return decoded(validate(fileSchema, value, file, 'INVALID_FILE'), file)
  } catch (error) {
    throw withVersion(error, value)
  }
}

/** Adds the version that wrote a ledger to an error about it, if it is another one. */
function withVersion(error: unknown, value: unknown): unknown {
  const { layerRotation } = value as { layerRotation?: unknown }
  const isOther = typeof layerRotation === 'string' && layerRotation !== packageVersion()
  if (!isOther || !(error instanceof LayerRotationError)) return error
  const versions = `layer-rotation ${layerRotation.slice(0, 50)} wrote the file; this is ${packageVersion()}`
  return new LayerRotationError(error.code, `${error.message}\n${versions}`, { cause: error })
}

/** Tells whether a folder is that of a study. @throws {LayerRotationError} READ_FAILED, MISSING_FILE, INVALID_FILE */
export const isStudyFolder = async (folder: string): Promise<boolean> =>
  (await statIfPresent(join(folder, studyLayout.ledger))) !== undefined

/** Writes the ledger of a study into its folder, which exists. @throws {LayerRotationError} WRITE_FAILED */
export async function writeLedger(folder: string, ledger: Ledger): Promise<void> {
  await writeDurably(join(folder, studyLayout.ledger), json(encoded(ledger)))
}

/** The path of a point's run. @param study the study's folder */
export const runFolder = (study: string, { folder }: Pick<LedgerPoint, 'folder'>): string => resolve(study, folder)

function requireFormat(value: unknown, file: string): void {
  const { format: found, layerRotation } = (value ?? {}) as { format?: unknown; layerRotation?: unknown }
  if (typeof found !== 'number' || found <= format) return
  const message = `${file} was written by layer-rotation ${String(layerRotation)} in format ${found}; this is ${packageVersion()}, which reads format ${format}: use that version, or another folder`
  throw new LayerRotationError('INVALID_FILE', message)
}

function encoded({ name, base, axes, points }: Ledger): LedgerFile {
  const experiments: ExperimentConfig[] = []
  const places = new Map<string, number>()
  const placeOf = (experiment: ExperimentConfig): number => {
    const key = canonicalJson(partsOf(experiment))
    const place = places.get(key) ?? experiments.push(experiment) - 1
    places.set(key, place)
    return place
  }
  if (base !== null) placeOf(base)
  const written = points.map(({ folder, values, experiment }) => {
    const place = placeOf(experiment)
    return { folder, values, experiment: place, changes: differingKeys(experiments[place]!, experiment) }
  })
  return {
    format,
    layerRotation: packageVersion(),
    name,
    base: base === null ? null : 0,
    axes,
    experiments,
    points: written,
  }
}

/** The large parts of an experiment. */
const partsOf = ({ model, data }: ExperimentConfig) => ({ model, data })

const differingKeys = (from: ExperimentConfig, to: ExperimentConfig): Partial<ExperimentConfig> =>
  Object.fromEntries(
    Object.entries(to).filter(([key, value]) => !isDeepStrictEqual(value, from[key as keyof ExperimentConfig])),
  )

function decoded({ name, base, axes, experiments, points }: LedgerFile, file: string): Ledger {
  const at = (index: number, place: string): ExperimentConfig => {
    const found = experiments[index]
    if (found !== undefined) return found
    const message = `${file}: ${place} is ${index}; expected one of the ${experiments.length} experiments`
    throw new LayerRotationError('INVALID_FILE', message)
  }
  const seen = new Set<string>()
  return {
    name,
    base: base === null ? null : at(base, 'base'),
    axes,
    points: points.map(({ folder, values, experiment, changes }, i) => {
      if (seen.has(folder)) {
        throw new LayerRotationError('INVALID_FILE', `${file}: two points have the folder ${folder}; expected one`)
      }
      seen.add(folder)
      const whole = { ...at(experiment, `points.${i}.experiment`), ...changes }
      return {
        folder,
        values: values,
        experiment: validateExperiment(whole, `${file}: points.${i}`, 'INVALID_FILE'),
      }
    }),
  }
}
