import { z } from 'zod'
import { LayerRotationError } from '../errors.js'
import { experimentSchema, folderName, type ExperimentConfig, type ExperimentInput } from '../experiment/config.js'
import { completeExperiment, validateExperiment } from '../experiment/experiment.js'
import { setAt } from '../experiment/overrides.js'
import { strictObject } from '../validation/strict-object.js'
import { validate } from '../validation/validate.js'
import { count } from '../numbers.js'
import { combine, mostPoints, type AxisGroup } from './combine.js'
import { configDigest } from './digest.js'
import { axisValueSchema as axisValue } from './axis-value.js'
import type { PointValues, StudyConfig, StudyPoint } from './study-config.js'
import { pointText } from './value-text.js'

/** The experiment of a point, made by a function of its values. */
export type PointExperiment = (values: PointValues) => ExperimentInput

/** A study as a user writes it. */
export interface StudyInput {
  /** The study's name: letters, digits, '.', '-' and '_', at most 100. Its folder has this name, and so have its experiments. */
  name: string
  /** The experiment that the axes change, or a function that makes the experiment of a point from its values. */
  base: ExperimentInput | PointExperiment
  /**
   * The values of each axis. An axis is a path of the experiment, as on the command line: `seed`, `learningRate.initial`; with
   * a function, any name. All combinations are made. In a list of such groups, the axes of a group go together, the first value
   * of each, then the second of each, and groups are crossed. Give either axes or points.
   */
  axes?: AxisGroup | readonly AxisGroup[]
  /** The points one by one: the values of each by axis. */
  points?: readonly PointValues[]
}

const axisName = z.string().min(1).max(1000)
const groupSchema = z
  .record(axisName, z.array(axisValue).min(1, 'at least one value'))
  .refine((group) => Object.keys(group).length > 0, 'expected at least one axis')
const pointSchema = z.record(axisName, axisValue)

/** A union of both forms could not say which value of them is wrong. */
const inputSchema = (isListed: boolean) =>
  strictObject({
    name: folderName,
    base: z.custom<ExperimentInput | PointExperiment>(
      (value) => typeof value === 'function' || (typeof value === 'object' && value !== null),
      'expected an experiment, or a function that makes one from the values of a point',
    ),
    axes: isListed ? z.array(groupSchema).min(1).optional() : groupSchema.optional(),
    points: z.array(pointSchema).min(1).max(mostPoints).optional(),
  })

const configSchema = strictObject({
  name: folderName,
  base: experimentSchema.nullable(),
  axes: z.array(axisName),
  points: z
    .array(strictObject({ values: pointSchema, experiment: z.unknown() }))
    .min(1)
    .max(mostPoints),
})

/**
 * Defines a study: experiments that differ along axes.
 *
 *     study({ name: 'rates', base: presets.mnist(), axes: { 'learningRate.initial': [3 ** -2, 3 ** -3], seed: [1, 2, 3] } })
 *
 * Seeds are an axis like any other. The result is data: `JSON.stringify` gives a file that `loadStudy` reads.
 *
 * @throws {LayerRotationError} INVALID_CONFIG, naming every point whose experiment is not valid and the points that are equal
 */
export function study(input: StudyInput): StudyConfig {
  return validateStudy(input, 'study')
}

/** Does the same with a value that was read from a file, which may also be a StudyConfig. */
export function validateStudy(value: unknown, subject: string): StudyConfig {
  const isConfig = isListOfPoints((value as { points?: unknown } | null)?.points)
  return isConfig ? checkedConfig(value, subject) : expanded(validated(value, subject), subject)
}

const validated = (value: unknown, subject: string) =>
  validate(inputSchema(Array.isArray((value as { axes?: unknown } | null)?.axes)), value, subject)

const isListOfPoints = (points: unknown): boolean =>
  Array.isArray(points) && points.some((point) => typeof point === 'object' && point !== null && 'experiment' in point)

function checkedConfig(value: unknown, subject: string): StudyConfig {
  const { name, base, axes, points } = validate(configSchema, value, subject)
  const unchecked = points.map(({ values, experiment }) => ({ values, make: () => experiment }))
  return { name, base: base && { ...base, name }, axes, points: checked(unchecked, name, subject, validateExperiment) }
}

function expanded({ name, base, axes, points }: ReturnType<typeof validated>, subject: string): StudyConfig {
  const refuse = (problem: string) => {
    throw new LayerRotationError('INVALID_CONFIG', `${subject}: ${problem}`)
  }
  if ((axes === undefined) === (points === undefined)) refuse('expected either axes or points')
  const groups = axes === undefined ? [] : Array.isArray(axes) ? axes : crossed(axes)
  const twice = repeated(groups.flatMap((group) => Object.keys(group)))
  if (twice !== undefined) refuse(`the axis ${JSON.stringify(twice)} stands in two groups; expected it in one`)
  const all = points ?? combine(groups, subject)
  const start = typeof base === 'function' ? null : { ...completeExperiment(base, `${subject}: base`), name }
  const make = typeof base === 'function' ? base : (values: PointValues) => changed(start, values)
  return {
    name,
    base: start,
    axes: [...new Set(all.flatMap((values) => Object.keys(values)))],
    points: checked(
      all.map((values) => ({ values, make: () => make(values) })),
      name,
      subject,
      completeExperiment,
    ),
  }
}

/** Each axis of a group as a group of its own. */
const crossed = (group: AxisGroup): AxisGroup[] => Object.entries(group).map(([axis, values]) => ({ [axis]: values }))

const repeated = (names: readonly string[]): string | undefined => names.find((name, i) => names.indexOf(name) !== i)

function changed(base: ExperimentConfig | null, values: PointValues): unknown {
  const copy = structuredClone(base)
  for (const [path, value] of Object.entries(values)) setAt(copy, path, value)
  return copy
}

/** A point whose experiment is made while it is checked, so that an error in making it is one of the point. */
interface UncheckedPoint {
  values: PointValues
  make: () => unknown
}

/** Checks the experiments of all points and that no two are equal. */
function checked(
  points: readonly UncheckedPoint[],
  name: string,
  subject: string,
  check: typeof validateExperiment,
): StudyPoint[] {
  const problems = new Map<string, PointValues[]>()
  const result: StudyPoint[] = []
  for (const { values, make } of points) {
    try {
      const made = make()
      const named = typeof made === 'object' && made !== null ? { ...made, name } : made
      result.push({ values, experiment: check(named, 'experiment') })
    } catch (error) {
      if (!(error instanceof LayerRotationError)) throw error
      for (const problem of problemsIn(error)) problems.set(problem, [...(problems.get(problem) ?? []), values])
    }
  }
  const invalid = points.length - result.length
  if (invalid > 0) throw invalidPoints(problems, `${invalid} of ${count(points.length, 'point')}`, subject)
  requireDifferent(result, subject)
  return result
}

/** The lines of an error on an experiment, without their subject. */
const problemsIn = ({ message }: LayerRotationError): string[] =>
  message
    .replace(/^experiment:\s*/, '')
    .split('\n')
    .map((line) => line.trim())

/** The most different problems that a message lists. */
const listedProblems = 20

/** @param share the invalid points, in words */
function invalidPoints(problems: Map<string, PointValues[]>, share: string, subject: string): LayerRotationError {
  const lines = [...problems].slice(0, listedProblems).map(([problem, [first = {}, ...others]]) => {
    const more = others.length > 0 ? ` and ${count(others.length, 'other point')}` : ''
    return `${pointText(first)}${more}: ${problem}`
  })
  if (problems.size > listedProblems) lines.push(`and ${problems.size - listedProblems} more problems`)
  const message = [`${subject}: ${share} cannot be trained:`, ...lines].join('\n  ')
  return new LayerRotationError('INVALID_CONFIG', message)
}

function requireDifferent(points: readonly StudyPoint[], subject: string): void {
  const seen = new Map<string, PointValues>()
  for (const { values, experiment } of points) {
    const digest = configDigest(experiment)
    const equal = seen.get(digest)
    if (equal !== undefined) {
      const message = `${subject}: two points are one experiment: ${pointText(equal)}, and ${pointText(values)}; remove one (device, threads, checkpoint and loggers do not tell points apart)`
      throw new LayerRotationError('INVALID_CONFIG', message)
    }
    seen.set(digest, values)
  }
}
