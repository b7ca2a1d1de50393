import type { ExperimentConfig } from '../experiment/config.js'
import type { EvaluationScore } from './events.js'
import type { TrainingSetup } from './prepare.js'

/** The scores after the last step of an epoch. */
export interface EpochScores {
  /** Null without a validation split. */
  validation: EvaluationScore | null
  test: EvaluationScore
}

/**
 * Evaluates the validation split, if there is one, and the test split; returns undefined if `signal` aborts before the
 * end.
 */
export async function evaluateEpoch(setup: TrainingSetup, signal?: AbortSignal): Promise<EpochScores | undefined> {
  const validation = setup.config.validation === null ? null : await evaluateSplit(setup, 'validation', signal)
  const test = validation === undefined ? undefined : await evaluateSplit(setup, 'test', signal)
  return test && validation !== undefined ? { validation, test } : undefined
}

/** Evaluates a split as it is now; returns undefined if `signal` aborts before the end. */
export async function evaluateSplit(
  { config, trainer, classes }: TrainingSetup,
  split: 'train' | 'validation' | 'test',
  signal?: AbortSignal,
): Promise<EvaluationScore | undefined> {
  const stopped = () => signal?.aborted === true
  if (stopped()) return undefined
  try {
    const { loss, accuracy, top5Accuracy } = await trainer.evaluate(split, evaluationBatchSize(config, trainer.device))
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
function evaluationBatchSize({ batchSize, data }: ExperimentConfig, device: string): number {
  if (data.type === 'tokens') return batchSize
  return Math.min(Math.max(batchSize, device === 'cpu' ? 128 : 512), 2048)
}
