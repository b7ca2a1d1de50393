import type { ExperimentConfig } from '../experiment/config.js'
import type { EvaluationProgress } from '../native/contract.js'
import type { AverageMetrics, ScoreColumns } from '../run/metrics.js'
import { withAverage } from './averaging.js'
import type { EvaluationScore, TrainingListeners } from './events.js'
import type { TrainingSetup } from './prepare.js'
import { withListener } from './with-listener.js'

/** The scores after the last step of an epoch; both are null after an epoch that is not evaluated. */
export interface EpochScores {
  /** Null without a validation split. */
  validation: EvaluationScore | null
  test: EvaluationScore | null
  /** The scores of the averaged weights, if there are any. */
  average?: Omit<EpochScores, 'average'>
}

/** The scores of an epoch that is not evaluated. */
export const notEvaluated: EpochScores = { validation: null, test: null }

/** The columns of metrics.csv that hold the scores. */
export const scoreColumns = ({ validation, test }: EpochScores): ScoreColumns => ({
  valLoss: validation?.loss ?? null,
  valAccuracy: validation?.accuracy ?? null,
  testLoss: test?.loss ?? null,
  testAccuracy: test?.accuracy ?? null,
  valTop5Accuracy: validation?.top5Accuracy ?? null,
  testTop5Accuracy: test?.top5Accuracy ?? null,
})

/** The further columns of a run whose weights are averaged. */
export const averageScoreColumns = ({ average }: EpochScores): AverageMetrics => ({
  averageValLoss: average?.validation?.loss ?? null,
  averageValAccuracy: average?.validation?.accuracy ?? null,
  averageTestLoss: average?.test?.loss ?? null,
  averageTestAccuracy: average?.test?.accuracy ?? null,
})

/** The listener, the signal and the extent of an evaluation. */
export interface EvaluationControl {
  /** Called at most every 100 ms. */
  onEvaluation?: TrainingListeners['onEvaluation']
  signal?: AbortSignal | undefined
  /** Tells whether there is an average to evaluate, too. */
  averages: boolean
}

/**
 * Evaluates the validation split, if there is one, and the test split, by the weights and by their average; returns undefined
 * if `signal` aborts before the end.
 *
 * @param epoch epochs done
 */
export async function evaluateEpoch(
  setup: TrainingSetup,
  epoch: number,
  { onEvaluation, signal, averages }: EvaluationControl,
): Promise<EpochScores | undefined> {
  const { evaluated, trainer } = setup
  const count = evaluated.validation.count + evaluated.test.count
  const total = averages ? 2 * count : count
  const listener = (before: number) =>
    onEvaluation && ((done: number) => onEvaluation({ epoch, done: before + done, total }))
  const scores = await evaluateSplits(setup, listener(0), signal)
  if (!scores || !averages) return scores
  const average = await withAverage(trainer, () => evaluateSplits(setup, listener(count), signal))
  return average && { ...scores, average }
}

/** @param listener is told of the examples done */
async function evaluateSplits(
  setup: TrainingSetup,
  listener: ((done: number) => unknown) | undefined,
  signal?: AbortSignal,
): Promise<EpochScores | undefined> {
  const { config, evaluated } = setup
  const after = (before: number) => listener && (({ done }: EvaluationProgress) => listener(before + done))
  const validation = config.validation === null ? null : await evaluateSplit(setup, 'validation', signal, after(0))
  const test =
    validation === undefined ? undefined : await evaluateSplit(setup, 'test', signal, after(evaluated.validation.count))
  return test && validation !== undefined ? { validation, test } : undefined
}

/**
 * Evaluates a split as it is now; of validation and test images those that the experiment chooses. Returns undefined if `signal`
 * aborts before the end.
 */
export async function evaluateSplit(
  { config, trainer, classes, evaluated }: TrainingSetup,
  split: 'train' | 'validation' | 'test',
  signal?: AbortSignal,
  listener?: (progress: EvaluationProgress) => unknown,
): Promise<EvaluationScore | undefined> {
  const stopped = () => signal?.aborted === true
  if (stopped()) return undefined
  const batchSize = evaluationBatchSize(config, trainer.device)
  const chosen = split === 'train' ? undefined : evaluated[split].chosen
  try {
    const { loss, accuracy, top5Accuracy } = await withListener({
      listener,
      stop: () => trainer.stop(),
      work: (report) => trainer.evaluate(split, batchSize, chosen, report),
    })
    return { loss, accuracy, top5Accuracy: classes > 5 ? top5Accuracy : null }
  } catch (error) {
    if (stopped()) return undefined
    throw error
  }
}

/**
 * Examples per step of evaluation; the results depend on it by rounding only. At most as many as a training step takes,
 * but at least 128, so that evaluation needs no more memory than training. At least 512 on a GPU, where small steps
 * mostly launch kernels: without a backward pass no activation is kept from layer to layer. With tokens as many as a
 * training step takes, because the logits, one for each token and id, may need most of the memory.
 */
export function evaluationBatchSize({ batchSize, accumulation, data }: ExperimentConfig, device: string): number {
  const part = batchSize / accumulation
  if (data.type === 'tokens') return part
  return Math.min(Math.max(part, device === 'cpu' ? 128 : 512), 2048)
}
