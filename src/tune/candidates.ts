import { LayerRotationError } from '../errors.js'
import type { ExperimentConfig } from '../experiment/config.js'
import { valueAt } from '../experiment/overrides.js'
import type { AxisValue } from '../study/study-config.js'

/** The ratio of neighbouring candidates: that of the paper's grids. */
const ratio = 3

/** Powers of the ratio beside the experiment's own value. */
const around = [-2, -1, 0, 1, 2]

/** The weight decay in the middle of the candidates if the experiment's is 0: 3^-7. */
const usualDecay = 3 ** -7

/**
 * The path of a setting: `learningRate` stands for the number in the experiment's schedule that its rates are multiples of,
 * `weightDecay` for that of its regularization or rule; any other name is a path already.
 *
 * @throws {LayerRotationError} INVALID_CONFIG if the experiment has no such number
 */
export function settingPath(experiment: ExperimentConfig, name: string): string {
  if (name === 'learningRate') return ratePath(experiment)
  if (name === 'weightDecay') return decayPath(experiment)
  return requirePathOf(experiment, name)
}

/** Requires that an experiment has a value at a path, which can be tuned. @throws {LayerRotationError} INVALID_CONFIG */
export function requirePathOf(experiment: ExperimentConfig, name: string): string {
  if (['name', 'seed', 'epochs'].includes(name)) throw refused(`${name} cannot be tuned`)
  if (valueAt(experiment, name) !== undefined) return name
  throw refused(
    `the experiment has no ${JSON.stringify(name.slice(0, 100))}; expected learningRate, weightDecay or a path`,
  )
}

function ratePath(experiment: ExperimentConfig): string {
  const path = ratePathOf(experiment)
  if (path !== undefined) return path
  const { learningRate } = experiment
  const { type } = learningRate.type === 'warmup' ? learningRate.schedule : learningRate
  throw refused(`learningRate is ${type}, which has no single rate; name the path of a number in it`)
}

/** The path of the number in an experiment's schedule that its rates are multiples of; undefined if there is none. */
export function ratePathOf({ learningRate }: Pick<ExperimentConfig, 'learningRate'>): string | undefined {
  const path = learningRate.type === 'warmup' ? 'learningRate.schedule' : 'learningRate'
  const schedule = learningRate.type === 'warmup' ? learningRate.schedule : learningRate
  if ('initial' in schedule) return `${path}.initial`
  return 'maximum' in schedule ? `${path}.maximum` : undefined
}

function decayPath({ optimizer, regularization }: ExperimentConfig): string {
  if (regularization !== null) return 'regularization.factor'
  if ('weightDecay' in optimizer) return 'optimizer.weightDecay'
  if ('rule' in optimizer && 'weightDecay' in optimizer.rule) return 'optimizer.rule.weightDecay'
  throw refused('the experiment has no weight decay; set one, such as regularization={type: l2, factor: 1e-3}')
}

/**
 * The candidates of a setting that is not given any: five, in factors of three around the experiment's own value.
 *
 * @throws {LayerRotationError} INVALID_CONFIG if that is no number above 0
 */
export function usualCandidates(experiment: ExperimentConfig, path: string, name: string): number[] {
  const own = valueAt(experiment, path)
  const centre = own === 0 && name === 'weightDecay' ? usualDecay : own
  if (typeof centre === 'number' && centre > 0) return around.map((power) => centre * ratio ** power)
  throw refused(
    `${path} is no number above 0; expected its candidates, such as ${path}=1e-4..1 or values between commas`,
  )
}

/** The most candidates of a range. */
const mostCandidates = 30

/**
 * Candidates from `low` to `high`, both included, in equal factors of about three.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function candidatesBetween(low: number, high: number, subject: string): number[] {
  if (!(low > 0 && high > low && high < Infinity)) {
    throw refused(`${subject}: the range ${low}..${high} is none; expected two numbers above 0, the larger one second`)
  }
  const steps = Math.max(1, Math.round(Math.log(high / low) / Math.log(ratio)))
  if (steps >= mostCandidates) {
    throw refused(`${subject}: the range has ${steps + 1} candidates; expected at most ${mostCandidates}`)
  }
  return Array.from({ length: steps + 1 }, (_, i) => (i === steps ? high : low * (high / low) ** (i / steps)))
}

/** The candidate beyond the end of ascending ones, at the ratio of the last two there; undefined if it is no number above 0. */
export function beyond(values: readonly number[], end: 'low' | 'high'): number | undefined {
  const [last, before] = end === 'low' ? [values[0]!, values[1]] : [values.at(-1)!, values.at(-2)]
  const next = before === undefined ? last * (end === 'low' ? 1 / ratio : ratio) : last * (last / before)
  return next > 0 && next < Infinity ? next : undefined
}

/** Sorts candidates that are all numbers; others keep their order. */
export function sorted(values: readonly AxisValue[]): AxisValue[] {
  return areNumbers(values) ? [...values].sort((a, b) => a - b) : [...values]
}

export const areNumbers = (values: readonly AxisValue[]): values is readonly number[] =>
  values.every((value) => typeof value === 'number')

const refused = (problem: string): LayerRotationError => new LayerRotationError('INVALID_CONFIG', `tune: ${problem}`)
