import { countEvaluations } from './evaluation-plan.js'
import type { TrainingSetup } from './prepare.js'

/** The time of an example in evaluation, relative to a step of training, which has a backward pass besides. */
const cost = 1 / 3

/** The time of an evaluation, relative to that of training an epoch, before either is measured. */
export const expectedShare = (evaluatedExamples: number, trainedExamples: number): number =>
  (cost * evaluatedExamples) / trainedExamples

/** Estimates the time that a training still needs. Evaluations count by themselves: they may come every few epochs. */
export class TimeLeft {
  private evaluations = 0
  private evaluationSeconds = 0

  constructor(private readonly setup: Pick<TrainingSetup, 'config' | 'orders' | 'evaluated'>) {}

  /** Takes the time of an evaluation. */
  evaluated(seconds: number): void {
    this.evaluations++
    this.evaluationSeconds += seconds
  }

  /**
   * Returns seconds.
   *
   * @param epochs whole epochs done, at least 1
   * @param seconds those that they took, evaluations included
   */
  after(epochs: number, seconds: number): number {
    const { config, orders, evaluated } = this.setup
    const made = countEvaluations(config, epochs)
    const share = expectedShare(
      evaluated.validation.count + evaluated.test.count,
      orders.stepsPerEpoch * config.batchSize,
    )
    const perEvaluation =
      this.evaluations > 0 ? this.evaluationSeconds / this.evaluations : (share * seconds) / (epochs + share * made)
    const perEpoch = Math.max(0, seconds - made * perEvaluation) / epochs
    return perEpoch * (config.epochs - epochs) + perEvaluation * (countEvaluations(config, config.epochs) - made)
  }
}
