import { z } from 'zod'
import { LayerRotationError } from '../errors.js'
import type { ExperimentConfig, ExperimentInput } from '../experiment/config.js'
import { completeExperiment, validateExperiment } from '../experiment/experiment.js'
import type { EpochResult } from '../native/contract.js'
import { layerFactors } from '../schedule/multipliers/multipliers.js'
import { epochRequests } from '../train/epoch-request.js'
import type { TrainingListeners } from '../train/events.js'
import { ownSignal } from '../train/options.js'
import { prepare, type TrainingSetup } from '../train/prepare.js'
import { ratePathOf } from '../tune/candidates.js'
import { fp32 } from '../validation/fp32.js'
import { requireOptions } from '../validation/options.js'
import { strictObject } from '../validation/strict-object.js'
import { validate } from '../validation/validate.js'
import { workingFolder } from '../working-folder.js'
import type { RateSearch, SearchEnd } from './rate-search.js'
import { smoothing } from './smoothed.js'
import { suggestionsOf } from './suggestions.js'

/** The progress of a search, after each of its steps. */
export interface RateSearchProgress {
  /** Steps done, of `steps`. */
  step: number
  steps: number
  rate: number
  smoothedLoss: number
}

export interface FindRateOptions extends Pick<TrainingListeners, 'onData' | 'onNote'> {
  /** The learning rate of the first step, a finite number above 0; by default 1e-7. */
  low?: number | undefined
  /** The learning rate of the last step, above `low`; by default 10. */
  high?: number | undefined
  /** The number of steps, 20 to 10,000; by default 100. */
  steps?: number | undefined
  /** Called after each step. */
  onProgress?: ((progress: RateSearchProgress) => unknown) | undefined
  /** Stops the search after its current step. */
  signal?: AbortSignal | undefined
}

const listener = z.custom((value) => typeof value === 'function', 'expected a function').optional()

const optionsSchema = strictObject({
  low: fp32(z.number().positive()).default(1e-7),
  high: fp32(z.number().positive()).default(10),
  steps: z.int().min(20).max(10_000).default(100),
  onData: listener,
  onNote: listener,
  onProgress: listener,
  signal: z.custom((value) => value instanceof AbortSignal, 'expected an AbortSignal').optional(),
}).refine(({ low, high }) => high > low, {
  path: ['high'],
  message: 'the rates do not rise; expected a number above low',
})

/** The search ends when the smoothed loss is more than so many times its least value. */
const explosion = 4

/**
 * Tries learning rates from `low` to `high` in one short training, whose rate rises by the same factor at every step: the
 * learning-rate range test (arXiv 1506.01186) with the loss, its smoothing and the suggestions of fastai's `lr_find`. Beside the
 * loss it measures the angle of each step and the rotation of each layer. The experiment's schedule is replaced by the rising
 * rate; its multipliers, groups and controls stay. Images that validate or test are not looked at. Nothing is written.
 *
 *     const { suggestions } = await findRate(presets.mnist())
 *     suggestions.valley   // for learningRate.initial
 *
 * @throws {LayerRotationError} INVALID_CONFIG; INTERRUPTED; the errors of `train` from before its first step and those of the device
 */
export async function findRate(experiment: ExperimentInput, options: FindRateOptions = {}): Promise<RateSearch> {
  requireOptions(options, 'findRate')
  const { low, high, steps } = validate(optionsSchema, options, 'findRate')
  const given = completeExperiment(experiment, 'experiment')
  const signal = ownSignal(options.signal)
  workingFolder()
  const config = searched(given, high)
  requireNotStopped(signal)
  const setup = await prepare(config, { onProgress: options.onData, onNote: options.onNote, signal })
  try {
    const rates = Float64Array.from({ length: steps }, (_, i) => low * (high / low) ** (i / (steps - 1)))
    const measured = await measure(setup, rates, { onProgress: options.onProgress, signal })
    return {
      experiment: given.name,
      seed: given.seed,
      device: setup.trainer.device,
      planned: steps,
      ...measured,
      layers: [...setup.trainer.layerNames],
      suggestions: suggestionsOf({ rates: measured.rates, losses: measured.smoothedLosses }, steps),
      setting: ratePathOf(given) ?? null,
    }
  } finally {
    setup.trainer.dispose()
  }
}

/** The experiment of a search: that of one epoch or more at a rate which is set anew at each step. */
function searched(config: ExperimentConfig, high: number): ExperimentConfig {
  const learningRate = { type: 'constant', initial: high }
  return validateExperiment({ ...config, learningRate, stopping: null, record: {} }, 'findRate')
}

type Measured = Pick<RateSearch, 'end' | 'rates' | 'losses' | 'smoothedLosses' | 'angles' | 'rotations'>

/** Makes the steps one by one: only the loss of one tells whether the next is still wanted. */
async function measure(
  setup: TrainingSetup,
  rates: Float64Array,
  { onProgress, signal }: Pick<FindRateOptions, 'onProgress' | 'signal'>,
): Promise<Measured> {
  const { trainer } = setup
  const stop = () => trainer.stop()
  signal?.addEventListener('abort', stop)
  try {
    const steps: MeasuredStep[] = []
    const smooth = smoothing()
    let [end, least] = ['finished' as SearchEnd, Infinity]
    for await (const result of stepsOf(setup, rates, signal)) {
      if (result.status === 'diverged') {
        end = 'diverged'
        break
      }
      const [loss, rate] = [result.losses[0]!, rates[steps.length]!]
      const smoothedLoss = smooth(loss)
      const { angle, rotation } = result.records
      steps.push({ rate, loss, smoothedLoss, angle, rotation })
      await onProgress?.({ step: steps.length, steps: rates.length, rate, smoothedLoss })
      least = Math.min(least, smoothedLoss)
      if (smoothedLoss > explosion * least) {
        end = 'lossRose'
        break
      }
    }
    return { end, ...columns(steps) }
  } finally {
    signal?.removeEventListener('abort', stop)
  }
}

interface MeasuredStep {
  rate: number
  loss: number
  smoothedLoss: number
  /** [layers] */
  angle: Float64Array
  rotation: Float64Array
}

const columns = (steps: readonly MeasuredStep[]): Omit<Measured, 'end'> => ({
  rates: Float64Array.from(steps, ({ rate }) => rate),
  losses: Float64Array.from(steps, ({ loss }) => loss),
  smoothedLosses: Float64Array.from(steps, ({ smoothedLoss }) => smoothedLoss),
  angles: Float64Array.from(steps.flatMap(({ angle }) => [...angle])),
  rotations: Float64Array.from(steps.flatMap(({ rotation }) => [...rotation])),
})

/** Makes a step at each rate, through as many epochs as that takes. @throws {LayerRotationError} INTERRUPTED */
async function* stepsOf(
  setup: TrainingSetup,
  rates: Float64Array,
  signal: AbortSignal | undefined,
): AsyncGenerator<EpochResult, void, void> {
  const { config, trainer, orders } = setup
  const factors = layerFactors(config.multipliers, trainer.layerNames)
  const { stepsPerEpoch } = orders
  const nothing = { loss: 0, hits: 0, examples: 0 }
  const all = Int32Array.from({ length: stepsPerEpoch }, (_, step) => step)
  for (let begin = 0; begin < rates.length; begin += stepsPerEpoch) {
    const own = rates.subarray(begin, begin + stepsPerEpoch)
    const ofLayers = Float64Array.from(
      { length: own.length * factors.length },
      (_, i) => own[Math.floor(i / factors.length)]! * factors[i % factors.length]!,
    )
    const request = epochRequests(setup, begin / stepsPerEpoch, ofLayers, all)
    for (let step = 0; step < own.length; step++) {
      requireNotStopped(signal)
      const result = await trainer.trainEpoch(request(step, step + 1, nothing))
      if (result.status === 'interrupted') requireNotStopped(signal)
      yield result
    }
  }
}

function requireNotStopped(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new LayerRotationError('INTERRUPTED', 'the search was stopped; nothing was written')
}
