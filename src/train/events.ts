import type { DataProgress } from '../data/progress.js'
import type { ExperimentConfig } from '../experiment/config.js'
import type { RunPosition } from '../run/position.js'
import type { Weights } from '../weights/weights.js'

/** The event before the first step; what it holds are copies, which a listener may change. */
export interface TrainingStart {
  folder: string
  config: ExperimentConfig
  /** 'cpu' or 'cuda:N' */
  device: string
  /** The precision in which this CPU trains faster than in that of the config; null if there is none, and on a GPU. */
  fasterPrecision: 'fp32' | 'bf16' | null
  /** Names of the monitored layers in forward order. */
  layers: string[]
  parameterCount: number
  stepsPerEpoch: number
  /** Images, or windows of tokens, of an evaluation: of the validation and the test split together. */
  evaluatedExamples: number
  /** Position of the first step: zero, or that of a resumed run. */
  position: RunPosition
}

/** The event within an epoch, at most every 100 ms. Loss and accuracy are means over the epoch so far. */
export interface TrainingProgress {
  /** 0-based. */
  epoch: number
  /** Steps done, of `steps`. */
  step: number
  steps: number
  loss: number
  accuracy: number
  learningRate: number
}

/** The event after a step, told of together with others of the last 100 ms; on a GPU a little later. */
export interface StepEnd {
  /** 0-based. */
  epoch: number
  /** Steps done in this epoch, of `steps`. */
  step: number
  steps: number
  /** Mean loss of the step's batch, in training mode before its update. */
  loss: number
  /** Learning rate of the schedule. */
  learningRate: number
  /** Learning rate of each layer, its own factor included; 0 for a frozen layer. */
  rates: Record<string, number>
}

/** The event within an evaluation, at most every 100 ms. */
export interface EvaluationStatus {
  /** Epochs done; 0 before the first step. */
  epoch: number
  /** Images, or windows of tokens, of both splits so far, of `total`. */
  done: number
  total: number
}

/** Mean loss and the share of images, or of tokens, classified correctly, 0 … 1. */
export interface Score {
  loss: number
  accuracy: number
}

/** The score of a split after an epoch, in evaluation mode. */
export interface EvaluationScore extends Score {
  /** Share of images, or tokens, whose class is among the five most likely ones, 0 … 1; null with at most 5 classes. */
  top5Accuracy: number | null
}

/** The event after an epoch that was trained, evaluated if that was due, and recorded. */
export interface EpochEnd {
  /** Epochs done, of `epochs`. */
  epoch: number
  epochs: number
  /** Learning rate of the last step. */
  learningRate: number
  /** Score over the training images, in training mode while the weights change. */
  train: Score
  /** Null without a validation split, and after an epoch that is not evaluated (`evaluation.every`). */
  validation: EvaluationScore | null
  /** Null after an epoch that is not evaluated. */
  test: EvaluationScore | null
  /** The scores of the averaged weights; absent without `averaging`, before the average begins, and without an evaluation. */
  average?: Pick<EpochEnd, 'validation' | 'test'>
  /** True if no earlier epoch had as large a validation accuracy: the weights 'best' are now those of this epoch. */
  isBest: boolean
  /**
   * Cosine distance to the initial weights of each layer, NaN for one whose initial weights are 0, and its mean over the
   * `known` layers that have one.
   */
  rotation: { mean: number; known: number; layers: Record<string, number> }
  /** Seconds since the start of training, without interruptions. */
  seconds: number
  /** Estimated seconds to the end. */
  secondsLeft: number
}

/** The model after an epoch, while onEpochEnd looks at it: until the promise that it returns is fulfilled. */
export interface EpochModel {
  /** Copies the parameters and running statistics, by their names in PyTorch's `state_dict`. @throws {LayerRotationError} DISPOSED after onEpochEnd */
  readonly weights: () => Promise<Weights>
  /**
   * Scores a split in evaluation mode, 'train' without augmentation and without the images that validate.
   *
   * @throws {LayerRotationError} INVALID_CONFIG for a split that the run does not have; DISPOSED after onEpochEnd
   */
  readonly evaluate: (split: 'train' | 'validation' | 'test') => Promise<EvaluationScore>
}

/**
 * Functions that are called while a training runs. The training waits for a promise that one returns: the next epoch begins
 * once that of onEpochEnd is fulfilled. An error that one throws, or rejects with, ends the training.
 */
export interface TrainingListeners {
  /** Called before the training, while image files are read and decoded for the first time. */
  onData?: ((progress: DataProgress) => unknown) | undefined
  /**
   * Called before the training with sentences for people: on files that are not read, on weights with other names, or on a
   * wait. run.log has them, too.
   */
  onNote?: ((note: string) => unknown) | undefined
  onStart?: ((start: TrainingStart) => unknown) | undefined
  onProgress?: ((progress: TrainingProgress) => unknown) | undefined
  onEvaluation?: ((status: EvaluationStatus) => unknown) | undefined
  /** Called for every step. The training does not wait for it within an epoch. */
  onStep?: ((step: StepEnd) => unknown) | undefined
  /**
   * Called after each epoch. An object of numbers that it returns becomes columns of metrics.csv, by the names of its keys: a
   * letter, then letters, digits and _. An epoch for which it does not return a column has an empty cell there, and so has
   * null. It may return anything else, too, which is ignored.
   */
  onEpochEnd?: ((end: EpochEnd, model: EpochModel) => unknown) | undefined
}
