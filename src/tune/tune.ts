import { resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { LayerRotationError } from '../errors.js'
import type { ExperimentConfig, ExperimentInput } from '../experiment/config.js'
import { completeExperiment, validateExperiment } from '../experiment/experiment.js'
import { setAt } from '../experiment/overrides.js'
import { axisValueSchema } from '../study/axis-value.js'
import { study } from '../study/study.js'
import type { AxisValue, PointValues, StudyConfig } from '../study/study-config.js'
import { sweep, type SweepListeners, type SweepResult } from '../sweep/sweep.js'
import { differenceNames, type Difference } from '../train/differences.js'
import { requireOptions } from '../validation/options.js'
import { pathSchema } from '../validation/path.js'
import { strictObject } from '../validation/strict-object.js'
import { validate } from '../validation/validate.js'
import { workingFolder } from '../working-folder.js'
import { bestOf, isScored, type Candidate } from './candidate.js'
import { areNumbers, beyond, requirePathOf, settingPath, sorted, usualCandidates } from './candidates.js'
import { dismissBadTraining } from './dismiss.js'
import { lossOfGuessing } from './guessing.js'
import { measureCandidate } from './measure-candidate.js'
import { epochsWithin, usualEpochs } from './plan-length.js'
import { propose, type Proposal } from './propose.js'
import { shortened } from './shortened.js'
import type { Tuning } from './tuning.js'
import { turningOf } from './turning.js'
import { verifiedRun, type VerifiedRun } from './verified-run.js'
import { writeTuning } from './write-tuning.js'

/** Functions that are called while a tuning runs. An error that one throws, or rejects with, ends it. */
export interface TuneListeners extends SweepListeners {
  /** Called before each part of the trainings: the grid, a candidate beyond it, the whole runs of a verification. */
  onPart?: ((study: StudyConfig) => unknown) | undefined
}

export interface TuneOptions extends TuneListeners {
  /** `learningRate` (the default), `weightDecay`, or the path of any value of the experiment. */
  setting?: string | undefined
  /**
   * The candidates, at least two, of any type that the setting takes; numbers are put into order. By default five, in factors of
   * three around the experiment's own value.
   */
  values?: readonly AxisValue[] | undefined
  /** Epochs of each short run, at most those of the experiment; by default a tenth of them, at least four. */
  epochs?: number | undefined
  /** Seconds for all short runs, instead of `epochs`: an epoch is measured first. */
  budget?: number | undefined
  /** Seeds of each candidate's short runs; by default that of the experiment. */
  seeds?: readonly number[] | undefined
  /**
   * The rotation at which the middle layers should be at the end of the whole run, above 0 and at most 0.99; by default 0.97, the
   * middle of those that the paper measures where its networks generalise best.
   */
  target?: number | undefined
  /** Trains whole runs with the proposal and with its neighbours on the grid. */
  verify?: boolean | undefined
  /** The name of the study of the runs, and of its folder; by default that of the experiment with `-tune`. */
  name?: string | undefined
  /** Folder of the runs, by default `runs`: the tuning's folder is `<runsFolder>/<name>`. */
  runsFolder?: string | undefined
  /** Processes that train at once, 1 to 64, by default 1; they divide the machine's cores. */
  jobs?: number | undefined
  /** Resumes short runs that failed, too. */
  retry?: boolean | undefined
  /** Differences from before an interruption that are allowed; `config` begins anew with a changed experiment. */
  accept?: readonly Difference[] | undefined
  /** Stops all trainings after their step. */
  signal?: AbortSignal | undefined
}

const usualTarget = 0.97

/** The most candidates that are added beyond the ends of the grid. */
const mostAdded = 4

const listener = z.custom((value) => typeof value === 'function', 'expected a function').optional()
const seed = z
  .int()
  .min(0)
  .max(2 ** 32 - 1)

const optionsSchema = strictObject({
  setting: z.string().min(1).max(1000).optional(),
  values: z
    .array(axisValueSchema)
    .min(2)
    .max(100)
    .refine((values) => !hasTwice(values), 'a value stands there twice; expected each once')
    .optional(),
  epochs: z.int().min(1).optional(),
  budget: z.number().positive().optional(),
  seeds: z
    .array(seed)
    .min(1)
    .max(100)
    .refine((seeds) => !hasTwice(seeds), 'a seed stands there twice; expected each once')
    .optional(),
  target: z.number().positive().max(0.99).optional(),
  verify: z.boolean().optional(),
  name: z.string().optional(),
  runsFolder: pathSchema.optional(),
  jobs: z.int().min(1).max(64).optional(),
  retry: z.boolean().optional(),
  accept: z.array(z.enum(differenceNames)).optional(),
  signal: z.custom((value) => value instanceof AbortSignal, 'expected an AbortSignal').optional(),
  onPart: listener,
  onPlan: listener,
  onPoint: listener,
  onNote: listener,
}).refine(({ epochs, budget }) => epochs === undefined || budget === undefined, {
  message: 'epochs and budget both set the length of the short runs; expected one of them',
})

const hasTwice = (values: readonly unknown[]): boolean =>
  values.some((value, i) => values.slice(0, i).some((other) => isDeepStrictEqual(value, other)))

/**
 * Proposes the value of a setting, such as the learning rate, from short runs and from rotation alone: the value at which the
 * middle layers will have turned all the way round at the end of the whole run, all alike, which is where the paper's networks
 * generalise best (arXiv 1806.01603). No image that validates or tests is looked at. Candidates are trained on a schedule that
 * is shortened in proportion; docs/tune.md has the formulas. If the best candidate is at the end of the grid, the grid grows.
 *
 * The runs are those of a study in `<runsFolder>/<name>`, beside `tune.json` and `tune.csv`: the same call goes on after an
 * interruption.
 *
 *     const { proposal } = await tune(presets.mnist(), { epochs: 10 })
 *     proposal?.value       // for learningRate.initial
 *
 * @throws {LayerRotationError} INVALID_CONFIG; the errors of `sweep`, INTERRUPTED among them
 */
export async function tune(experiment: ExperimentInput, options: TuneOptions = {}): Promise<Tuning> {
  const base = completeExperiment(experiment, 'experiment')
  requireOptions(options, 'tune')
  validate(optionsSchema, options, 'tune')
  workingFolder()
  const name = options.setting ?? 'learningRate'
  // Whole schedules may be candidates, too.
  const isPath = options.values !== undefined && !areNumbers(options.values)
  const setting = isPath ? requirePathOf(base, name) : settingPath(base, name)
  const values = options.values ?? usualCandidates(base, setting, name)
  return new Tuner(base, setting, options).run(sorted(values))
}

/** The most characters of the experiment's name in that of the study. */
const longestName = 95

class Tuner {
  private readonly name: string
  private readonly folder: string
  private readonly target: number
  /** The turning that belongs to the target. */
  private readonly turning: number
  private readonly seeds: readonly number[]

  constructor(
    private readonly base: ExperimentConfig,
    private readonly setting: string,
    private readonly options: TuneOptions,
  ) {
    this.name = options.name ?? `${base.name.slice(0, longestName)}-tune`
    this.folder = resolve(options.runsFolder ?? 'runs', this.name)
    this.target = options.target ?? usualTarget
    this.turning = turningOf(this.target)
    this.seeds = options.seeds ?? [base.seed]
  }

  async run(values: AxisValue[]): Promise<Tuning> {
    const { base, folder, setting, target, turning } = this
    // Refuses wrong values before an epoch is measured.
    this.studyOf(values, this.options.epochs ?? usualEpochs(base))
    const short = await this.length(values.length)
    const share = short / base.epochs
    const guessing = lossOfGuessing(base)
    let measured = await this.candidates(values, short)
    let candidates = dismissBadTraining(measured, guessing)
    for (let added = 0; added < mostAdded; added++) {
      const next = this.nextBeyond(candidates, short)
      if (next === undefined) break
      const [one] = await this.candidates([next], short)
      measured = [...measured, one!].sort((a, b) => Number(a.value) - Number(b.value))
      candidates = dismissBadTraining(measured, guessing)
    }
    const proposal = propose(candidates, { target: turning, share }) ?? null
    const verified = this.options.verify && proposal !== null ? await this.verify(candidates, proposal) : null
    const tuning = { folder, setting, epochs: { short, whole: base.epochs }, target, candidates, proposal, verified }
    await writeTuning(tuning)
    return tuning
  }

  /** The epochs of a short run. */
  private async length(candidates: number): Promise<number> {
    const { budget, epochs, jobs = 1, signal } = this.options
    if (budget === undefined) return epochs ?? usualEpochs(this.base)
    const runs = candidates * this.seeds.length
    return epochsWithin(this.base, { seconds: budget, runs, jobs }, this.folder, signal)
  }

  /** Trains and measures candidates. */
  private async candidates(values: readonly AxisValue[], epochs: number): Promise<Candidate[]> {
    const { points, failures } = await this.train(values, epochs)
    const measured: Candidate[] = []
    for (const value of values) {
      const own = points.filter(({ values: at }) => isDeepStrictEqual(at[this.setting], value))
      const runs = { study: this.folder, value, points: own, failures }
      measured.push(await measureCandidate(runs, epochs / this.base.epochs, this.turning))
    }
    return measured
  }

  /** The candidate beyond the end of the grid where the best one is; undefined if there is none, or it is no valid value. */
  private nextBeyond(candidates: readonly Candidate[], epochs: number): number | undefined {
    const values = candidates.map(({ value }) => value)
    if (!areNumbers(values)) return undefined
    const best = bestOf(candidates)
    // Candidates that all fail are too large far more often than too small.
    const end = best === undefined ? 'low' : best.score.offset > 0 ? 'low' : 'high'
    const isAtEnd = best === undefined || best === candidates.at(end === 'low' ? 0 : -1)
    const next = isAtEnd ? beyond(values, end) : undefined
    return next !== undefined && this.isValid(next, epochs) ? next : undefined
  }

  private isValid(value: number, epochs: number): boolean {
    try {
      this.studyOf([value], epochs)
      return true
    } catch (error) {
      if (error instanceof LayerRotationError) return false
      throw error
    }
  }

  /** Trains the proposal and its neighbours on the grid for all epochs. */
  private async verify(candidates: readonly Candidate[], { value }: Proposal): Promise<VerifiedRun[]> {
    const others = candidates.filter(isScored).map((candidate) => candidate.value)
    const values = [value, ...neighbours(others, value)]
    const { points, failures } = await this.train(values, this.base.epochs)
    const runs: VerifiedRun[] = []
    for (const point of points) runs.push(await verifiedRun(this.folder, point, this.setting, failures))
    return runs
  }

  private async train(values: readonly AxisValue[], epochs: number): Promise<Trained> {
    const { runsFolder, jobs, retry, accept, signal, onPart, onPlan, onPoint, onNote } = this.options
    const part = this.studyOf(values, epochs)
    await onPart?.(part)
    const result = await sweep(part, { runsFolder, jobs, retry, accept, signal, onPlan, onPoint, onNote })
    return { points: [...result.finished, ...result.failed.map(({ point }) => point)], failures: failuresOf(result) }
  }

  /** The study of some values. Epochs and seed are axes, so that runs of any length share a folder. */
  private studyOf(values: readonly AxisValue[], epochs: number): StudyConfig {
    const { base, name, seeds, setting } = this
    const points = values.flatMap((value) => seeds.map((one) => ({ [setting]: value, epochs, seed: one })))
    const make = (at: PointValues) => {
      const changed = structuredClone(base)
      setAt(changed, setting, at[setting])
      changed.seed = at['seed'] as number
      return shortened(validateExperiment(changed, 'experiment'), at['epochs'] as number)
    }
    return study({ name, base: make, points })
  }
}

interface Trained {
  points: SweepResult['finished']
  /** Why runs failed, by the names of their folders. */
  failures: ReadonlyMap<string, string>
}

const failuresOf = ({ failed }: SweepResult): ReadonlyMap<string, string> =>
  new Map(failed.map(({ point, reason }) => [point.folder, reason]))

/** The candidates next to a proposal, below and above it; of values that are not numbers all others. */
function neighbours(values: readonly AxisValue[], proposal: AxisValue): AxisValue[] {
  if (typeof proposal !== 'number' || !areNumbers(values)) return values.filter((value) => value !== proposal)
  const below = values.filter((value) => value < proposal).at(-1)
  const above = values.find((value) => value > proposal)
  return [below, above].filter((value) => value !== undefined)
}
