import { LayerRotationError } from '../errors.js'
import type { Weights } from '../weights/weights.js'
import { evaluateSplit } from './evaluation.js'
import type { EpochModel, EvaluationScore } from './events.js'
import type { TrainingSetup } from './prepare.js'

/** The model of a training while onEpochEnd looks at it. */
export class CurrentModel implements EpochModel {
  private ended = false

  /** @param epoch epochs done */
  constructor(
    private readonly setup: TrainingSetup,
    private readonly epoch: number,
    private readonly signal: AbortSignal | undefined,
  ) {}

  readonly weights = async (): Promise<Weights> => {
    this.requireOpen('weights')
    const tensors = await this.setup.trainer.weights()
    return new Map(tensors.map(({ name, shape, data }) => [name, { shape, data }]))
  }

  readonly evaluate = async (split: 'train' | 'validation' | 'test'): Promise<EvaluationScore> => {
    this.requireOpen('evaluate')
    const { validation } = this.setup.config
    const splits = ['train', ...(validation === null ? [] : ['validation']), 'test']
    if (!splits.includes(split)) {
      const found = typeof split === 'string' ? JSON.stringify(split) : typeof split
      throw new LayerRotationError('INVALID_CONFIG', `evaluate: found ${found}; expected ${splits.join(' or ')}`)
    }
    const score = await evaluateSplit(this.setup, split, this.signal)
    if (score === undefined)
      throw new LayerRotationError('INTERRUPTED', `the evaluation of the ${split} split was stopped`)
    return score
  }

  /** Ends the time in which the model may be asked: the next epoch changes it. */
  end(): void {
    this.ended = true
  }

  private requireOpen(name: string): void {
    if (!this.ended) return
    const message = `${name}() was called after onEpochEnd of epoch ${this.epoch} had ended, when the model may have changed; await it within onEpochEnd`
    throw new LayerRotationError('DISPOSED', message)
  }
}
