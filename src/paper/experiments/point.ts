import type { ExperimentConfig } from '../../experiment/config.js'
import type { PublishedRun } from '../published/curves.js'
import type { Range, Source } from '../published/table.js'
import type { TaskName } from '../task-names.js'

/** A training of an experiment. */
export type PaperPoint = IndependentPoint | DependentPoint

interface Point {
  values: PointValues
  /** The weights whose test accuracy is compared: the last ones, or those of the best validation accuracy. */
  testWeights: 'best' | 'last'
  published: PublishedNumbers
}

/** A training that needs no other. */
export interface IndependentPoint extends Point {
  experiment: ExperimentConfig
}

/** A training that follows a finished one. */
export interface DependentPoint extends Point {
  /** The values of the point whose run has to be finished before. */
  after: PointValues
  /** Returns the config, given the folder of that run. */
  experiment: (run: string) => ExperimentConfig
}

/** The config of a training; of one that follows another, with a folder that stands for that one's. */
export const configOf = ({ experiment }: PaperPoint): ExperimentConfig =>
  typeof experiment === 'function' ? experiment('runs') : experiment

/** The values that tell the points of an experiment apart: task, seed and those of its axes. */
export interface PointValues {
  task: TaskName
  seed: number
  [axis: string]: string | number
}

/** Everything that is published of a training; a key is absent if nothing is. Accuracies are in percent. */
export interface PublishedNumbers {
  /** Test accuracy of the point's `testWeights`. */
  testAccuracy?: PublishedNumber
  /** Test accuracy less that of the task's Layca reference (alpha 0, ρ(0) 3^-3), in points. */
  difference?: PublishedNumber
  /** Accuracy of the last epoch in training mode. */
  trainAccuracy?: PublishedNumber
  /** Accuracies of some epochs, 0-based, in training mode. */
  trainAccuracies?: { points: readonly { epoch: number; trainAccuracy: number }[]; source: Source }
  /** The run of `publishedLosses` that the training repeats. */
  lossCurve?: PublishedRun
  /** Cosine distances to the initial weights. */
  rotation?: PublishedRotation
  /** The cosine distance of a layer to its initial weights, by epochs done. */
  rotationCurve?: { layer: string; points: readonly { epoch: number; rotation: number }[]; source: Source }
}

export interface PublishedNumber {
  value: number
  source: Source
}

export interface PublishedRotation {
  /** The first layer; null where its curve cannot be told from the others. */
  first: number | null
  /** The last layer; a range where only a bound is known. */
  last: number | Range
  /** The lowest and the highest of the other layers that could be told apart. */
  others: Range
  /** The moment of the measurement: after so many whole epochs and, within the next one, updates. */
  after: { epochs: number; updates: number }
  source: Source
}
