import { dirname, join } from 'node:path'
import { z } from 'zod'
import { LayerRotationError } from '../errors.js'
import { setAt } from '../experiment/overrides.js'
import { numberIn } from '../experiment/powers.js'
import { loadExperiment, readDefinition } from '../experiment/load-experiment.js'
import { presets } from '../experiment/presets.js'
import { completeExperiment } from '../experiment/experiment.js'
import type { ExperimentConfig } from '../experiment/config.js'
import { requireOptions } from '../validation/options.js'
import { strictObject } from '../validation/strict-object.js'
import { validate } from '../validation/validate.js'
import { parseAxisWord, type AxisWord } from './axis-words.js'
import type { AxisGroup } from './combine.js'
import { validateStudy } from './study.js'
import type { StudyConfig } from './study-config.js'

/** The axis that is always crossed with the others. */
const seeds = 'seed'

const argumentsSchema = strictObject({
  nameOrFile: z.string(),
  words: z.array(z.string()),
  name: z.string().optional(),
  zip: z.boolean().optional(),
})

export interface LoadStudyOptions {
  /** A name instead of that of the file. */
  name?: string | undefined
  /** Lets the axes go together, the first values of all, then the second …, instead of crossing them; seeds are crossed. */
  zip?: boolean | undefined
}

/**
 * Loads a study from a file, .ts or .js with a default export, .yaml or .json; or makes one from an experiment, a preset or a
 * file, and axes. In a file the base may be the name of a preset, or the path of an experiment beside it.
 *
 *     await loadStudy('mnist', ['seed=1..5', 'learningRate.initial=3^-2,3^-3'])
 *
 * @param words `path=values` each: an axis if there are several values or the study has this axis; otherwise a setting of the
 * base
 * @throws {LayerRotationError} MISSING_FILE, INVALID_FILE, INVALID_CONFIG
 */
export async function loadStudy(
  nameOrFile: string,
  words: readonly string[] = [],
  options: LoadStudyOptions = {},
): Promise<StudyConfig> {
  requireOptions(options, 'loadStudy')
  validate(argumentsSchema, { nameOrFile, words, ...options }, 'loadStudy')
  const { name, zip = false } = options
  const defined = await readDefinition(nameOrFile)
  const given = await Promise.all(words.map(parseAxisWord))
  requireOnce(given)
  if (!isStudy(defined)) {
    const base = completeExperiment(defined, nameOrFile)
    return validateStudy(withWords({ name: base.name, ...named(name), base }, given, zip), nameOrFile)
  }
  const { base, axes } = defined
  const study = {
    ...defined,
    ...(axes !== undefined && { axes: Array.isArray(axes) ? axes.map(withNumbers) : withNumbers(axes) }),
    ...named(name),
    ...(typeof base === 'string' && { base: await baseOf(base, nameOrFile) }),
  }
  return validateStudy(withWords(study, given, zip, nameOrFile), nameOrFile)
}

/** Replaces the texts among the values of axes that stand for numbers, such as `3^-2`, as they may stand on the command line. */
function withNumbers(group: unknown): unknown {
  if (typeof group !== 'object' || group === null) return group
  const entries = Object.entries(group).map(([axis, values]: [string, unknown]) => [
    axis,
    Array.isArray(values)
      ? values.map((value: unknown) => (typeof value === 'string' ? (numberIn(value) ?? value) : value))
      : values,
  ])
  return Object.fromEntries(entries)
}

const named = (name: string | undefined) => (name === undefined ? {} : { name })

/** The value of a file that defines a study; what it holds is not checked yet. */
interface Defined {
  base?: unknown
  axes?: unknown
  points?: unknown
}

const isStudy = (defined: unknown): defined is Defined =>
  typeof defined === 'object' && defined !== null && ['base', 'axes', 'points'].some((key) => key in defined)

/** The experiment that a file names as its base. */
function baseOf(nameOrFile: string, study: string): Promise<ExperimentConfig> {
  return loadExperiment(Object.hasOwn(presets, nameOrFile) ? nameOrFile : join(dirname(study), nameOrFile))
}

/** Adds axes and settings that were given beside a study. */
function withWords(study: Defined, given: readonly AxisWord[], zip: boolean, file = ''): unknown {
  const isFile = file !== ''
  if (given.length === 0 && !zip && isFile) return study
  const refuse = (problem: string) => {
    throw new LayerRotationError('INVALID_CONFIG', `${isFile ? `${file}: ` : ''}${problem}`)
  }
  const before = study.axes ?? {}
  if (study.points !== undefined || typeof before !== 'object' || Array.isArray(before)) {
    refuse(`this study has points or groups of axes; expected no settings and no --zip beside it`)
  }
  const axes = new Map(Object.entries(before as AxisGroup))
  const settings = given.filter(({ path, values }) => values.length === 1 && !axes.has(path))
  if (settings.length > 0 && typeof study.base === 'function') {
    refuse(
      `${settings[0]!.path} is no axis of this study, whose base is a function; expected ${[...axes.keys()].join(', ')}`,
    )
  }
  for (const { path, values } of given) if (values.length > 1 || axes.has(path)) axes.set(path, values)
  if (axes.size === 0) {
    refuse('there is no axis; expected a path with several values, such as seed=1..5 or learningRate.initial=3^-2,3^-3')
  }
  // Validated first, so that settings find the defaults in place.
  const base = settings.length === 0 ? study.base : structuredClone(completeExperiment(study.base, `${file}: base`))
  for (const { path, values } of settings) setAt(base, path, values[0])
  const group = Object.fromEntries(axes)
  return { ...study, base, axes: zip ? zipped(group) : group }
}

/** One group of all axes but that of the seeds, which is crossed with it. */
function zipped({ [seeds]: seed, ...others }: AxisGroup): AxisGroup[] {
  return [others, ...(seed === undefined ? [] : [{ [seeds]: seed }])].filter((group) => Object.keys(group).length > 0)
}

function requireOnce(given: readonly AxisWord[]): void {
  const twice = given.find(({ path }, i) => given.findIndex((other) => other.path === path) !== i)
  if (twice === undefined) return
  throw new LayerRotationError(
    'INVALID_CONFIG',
    `${twice.path} is given more than once; expected all its values in one word`,
  )
}
