import { countEvaluations } from '../../train/evaluation-plan.js'
import type { EpochEnd, EvaluationStatus, TrainingProgress, TrainingStart } from '../../train/events.js'
import { expectedShare } from '../../train/time-left.js'

/** The state of a training, collected from the callbacks of train(), that the displays draw. */
export class TrainingState {
  readonly epochs: number
  /** Completed epochs, including the fraction of the current one. */
  epoch: number
  learningRate: number | undefined
  loss: number | undefined
  trainAccuracy: number | undefined
  /** The part of the running evaluation that is done; undefined while none runs. */
  evaluated: number | undefined
  /** Undefined without a validation split. */
  validationAccuracy: number | undefined
  testAccuracy: number | undefined
  /** Mean over the layers; undefined in a resumed run until an epoch has ended. */
  meanRotation: number | undefined
  /** The mean rotation after each epoch of this process; a new run starts with the zero before its first epoch. */
  readonly rotations: number[]
  /** Training loss of each epoch of this process. */
  readonly losses: number[] = []

  private readonly startedAt = Date.now()
  private readonly startedWith: number
  private readonly config: TrainingStart['config']
  /** The time of an evaluation, relative to that of training an epoch. */
  private readonly evaluationShare: number
  /** Epochs that are trained and evaluated; -1 until the scores before the first step are known. */
  private finished: number
  private lastEpochEnd: { at: number; secondsLeft: number } | undefined

  constructor(start: TrainingStart) {
    const { config, position, stepsPerEpoch, evaluatedExamples } = start
    this.config = config
    this.epochs = config.epochs
    this.epoch = position.epoch + position.step / stepsPerEpoch
    this.evaluationShare = expectedShare(evaluatedExamples, stepsPerEpoch * config.batchSize)
    this.finished = this.epoch === 0 ? -1 : position.epoch
    this.startedWith = this.share()
    this.rotations = this.epoch === 0 ? [0] : []
    this.meanRotation = this.rotations[0]
  }

  progress(progress: TrainingProgress): void {
    this.epoch = progress.epoch + progress.step / progress.steps
    this.finished = progress.epoch
    this.evaluated = undefined
    this.learningRate = progress.learningRate
    this.loss = progress.loss
    this.trainAccuracy = progress.accuracy
  }

  evaluation({ epoch, done, total }: EvaluationStatus): void {
    this.epoch = epoch
    this.finished = epoch - 1
    this.evaluated = done / total
  }

  epochEnd(end: EpochEnd): void {
    this.epoch = this.finished = end.epoch
    this.evaluated = undefined
    this.learningRate = end.learningRate
    this.loss = end.train.loss
    this.trainAccuracy = end.train.accuracy
    // After an epoch that is not evaluated, the last scores stay.
    this.validationAccuracy = end.validation?.accuracy ?? this.validationAccuracy
    this.testAccuracy = end.test?.accuracy ?? this.testAccuracy
    this.meanRotation = end.rotation.mean
    this.rotations.push(end.rotation.mean)
    this.losses.push(end.train.loss)
    this.lastEpochEnd = { at: Date.now(), secondsLeft: end.secondsLeft }
  }

  /** The share of the run's work that is done, evaluations included, 0 … 1. */
  share(): number {
    const { config, epochs, evaluationShare } = this
    const evaluations = (this.finished < 0 ? 0 : countEvaluations(config, this.finished)) + (this.evaluated ?? 0)
    const total = epochs + evaluationShare * countEvaluations(config, epochs)
    return (this.epoch + evaluationShare * evaluations) / total
  }

  /** Estimated seconds to the end; undefined until there is a step to estimate them from. */
  secondsLeft(): number | undefined {
    if (this.lastEpochEnd !== undefined) {
      return Math.max(0, this.lastEpochEnd.secondsLeft - (Date.now() - this.lastEpochEnd.at) / 1000)
    }
    const share = this.share()
    const done = share - this.startedWith
    if (done <= 0) return undefined
    return ((Date.now() - this.startedAt) / 1000 / done) * (1 - share)
  }
}
