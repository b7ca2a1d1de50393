import type { EpochEnd, TrainingProgress, TrainingStart } from '../../train/events.js'

/** The state of a training, collected from the callbacks of train(), that the displays draw. */
export class TrainingState {
  readonly epochs: number
  /** Completed epochs, including the fraction of the current one. */
  epoch: number
  learningRate: number | undefined
  loss: number | undefined
  trainAccuracy: number | undefined
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
  private lastEpochEnd: { at: number; secondsLeft: number } | undefined

  constructor(start: TrainingStart) {
    const { config, position, stepsPerEpoch } = start
    this.epochs = config.epochs
    this.epoch = this.startedWith = position.epoch + position.step / stepsPerEpoch
    this.rotations = this.epoch === 0 ? [0] : []
    this.meanRotation = this.rotations[0]
  }

  progress(progress: TrainingProgress): void {
    this.epoch = progress.epoch + progress.step / progress.steps
    this.learningRate = progress.learningRate
    this.loss = progress.loss
    this.trainAccuracy = progress.accuracy
  }

  epochEnd(end: EpochEnd): void {
    this.epoch = end.epoch
    this.learningRate = end.learningRate
    this.loss = end.train.loss
    this.trainAccuracy = end.train.accuracy
    this.validationAccuracy = end.validation?.accuracy
    this.testAccuracy = end.test.accuracy
    this.meanRotation = end.rotation.mean
    this.rotations.push(end.rotation.mean)
    this.losses.push(end.train.loss)
    this.lastEpochEnd = { at: Date.now(), secondsLeft: end.secondsLeft }
  }

  /** Estimated seconds to the end; undefined until there is a step to estimate them from. */
  secondsLeft(): number | undefined {
    if (this.lastEpochEnd !== undefined) {
      return Math.max(0, this.lastEpochEnd.secondsLeft - (Date.now() - this.lastEpochEnd.at) / 1000)
    }
    const done = this.epoch - this.startedWith
    if (done === 0) return undefined
    return ((Date.now() - this.startedAt) / 1000 / done) * (this.epochs - this.epoch)
  }
}
