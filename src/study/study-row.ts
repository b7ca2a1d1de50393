import type { ExperimentConfig } from '../experiment/config.js'
import type { RunEnvironment } from '../run/environment.js'
import type { PointValues } from './study-config.js'

/** A study as it is in its folder. */
export interface Study {
  /** The absolute path of its folder. */
  folder: string
  name: string
  /** The names of the axes. */
  axes: string[]
  /** One for each point, in the order of the ledger. */
  rows: StudyRow[]
}

/**
 * A point of a study and the numbers of its run. They are those after the last epoch unless they say otherwise, and null where
 * nothing is measured, or something that is not finite.
 */
export interface StudyRow {
  /** The point's values by axis. */
  values: PointValues
  /** The name of the run's folder within that of the study. */
  folder: string
  /** `new` before anything is recorded, `unreadable` if files of the run are damaged. */
  state: 'new' | 'running' | 'interrupted' | 'failed' | 'finished' | 'unreadable'
  /** Why the run failed, was interrupted, ended before its last epoch, or cannot be read; else null. */
  reason: string | null
  /** Messages about parts of the experiment that were not followed. */
  warnings: string[]
  /** The experiment as the study defines it. */
  experiment: ExperimentConfig
  /** Null before the run has begun, and if it cannot be read. */
  environment: RunEnvironment | null
  seed: number
  /** Epochs done; a fraction where the run was interrupted within an epoch. */
  epochs: number
  /** Accuracy on the test images, 0 … 1. */
  testAccuracy: number | null
  testLoss: number | null
  /** Accuracy on the validation split, 0 … 1. */
  valAccuracy: number | null
  valLoss: number | null
  /** Accuracy over the last epoch's training images, while the weights move, 0 … 1. */
  trainAccuracy: number | null
  trainLoss: number | null
  /** The first epoch with the largest validation accuracy, 1-based. */
  bestEpoch: number | null
  /** The validation accuracy after that epoch, 0 … 1. */
  bestValAccuracy: number | null
  /** The test accuracy after that epoch, 0 … 1. */
  bestTestAccuracy: number | null
  /** Rotation, a cosine distance 0 … 2: the mean over the layers that have one. */
  meanRotation: number | null
  /** The rotation of the first layer. */
  firstRotation: number | null
  /** The rotation of the last layer. */
  lastRotation: number | null
  /** The rotation of every layer, in forward order. */
  layers: { layer: string; rotation: number | null }[]
  /** Seconds of training, without interruptions. */
  seconds: number | null
  /** The course of the run, at whole epochs only, at most about 200 of them; null if nothing is recorded. */
  curves: RunCurves | null
}

/** The course of a run. All lists have one entry for each of `epochs`. */
export interface RunCurves {
  /** Epochs done, ascending, 0 first. Runs of equally many planned epochs have the same ones as far as they go. */
  epochs: number[]
  /** Mean rotation of the layers that have one. */
  meanRotation: (number | null)[]
  /** Accuracy on the test images, 0 … 1; null before training. */
  testAccuracy: (number | null)[]
}

/** The measured numbers of a row. */
export type RowNumber = Exclude<
  { [Key in keyof StudyRow]: StudyRow[Key] extends number | null ? Key : never }[keyof StudyRow],
  'seed'
>
