import type { DataProgress } from '../data/progress.js'
import type { ExperimentConfig } from '../experiment/config.js'
import type { RunPosition } from '../run/position.js'

/** What is known before the first step. */
export interface TrainingStart {
  folder: string
  config: ExperimentConfig
  /** 'cpu' or 'cuda:N' */
  device: string
  /** Names of the monitored layers in forward order. */
  layers: string[]
  parameterCount: number
  stepsPerEpoch: number
  /** Where it begins: at zero, or where a run that is resumed stood. */
  position: RunPosition
}

/** How far an epoch is; at most every 100 ms. Loss and accuracy are means over the epoch so far. */
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

/** Mean loss, and the share of images classified correctly, 0 … 1. */
export interface Score {
  loss: number
  accuracy: number
}

/** The score of a split after an epoch, in evaluation mode. */
export interface EvaluationScore extends Score {
  /** Share of images whose class is among the five that the network finds most likely; null of at most 5 classes. */
  top5Accuracy: number | null
}

export interface EpochEnd {
  /** Epochs done, of `epochs`. */
  epoch: number
  epochs: number
  /** Of the last step. */
  learningRate: number
  /** In training mode while the weights move. */
  train: Score
  /** Null without a validation split. */
  validation: EvaluationScore | null
  test: EvaluationScore
  /** Whether no epoch before had as large a validation accuracy: the weights 'best' are now this epoch's. */
  isBest: boolean
  /** Cosine distance to the initial weights. */
  rotation: { mean: number; layers: Record<string, number> }
  /** Since the start of training. */
  seconds: number
  /** An estimate. */
  secondsLeft: number
}

/** Who wants to hear of what. */
export interface TrainingListeners {
  /** Before the training: image files are decoded when they are used for the first time. */
  onData?: ((progress: DataProgress) => void) | undefined
  onStart?: (start: TrainingStart) => void
  onProgress?: (progress: TrainingProgress) => void
  onEpochEnd?: (end: EpochEnd) => void
}
