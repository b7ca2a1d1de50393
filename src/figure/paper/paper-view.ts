import type { TrainedRun } from '../../run/open-run.js'
import type { StudyAxis } from '../../study/study-axes.js'

type Values = Readonly<Record<string, string | number>>

/** The part of an experiment of the paper that its figures draw. */
export interface PaperView {
  /** The axes along which the trainings differ, the task's first. */
  axes: readonly StudyAxis[]
  /** All trainings of the experiment, in its order, also those without a run. */
  trainings: readonly PaperTraining[]
  /** The values of the training with which the others of its task are compared; empty if there is none. */
  reference: Values
  /** True for smaller versions of the paper's tasks, whose epochs and sizes are others than the published ones. */
  isScaled: boolean
}

/** A training of the paper: our runs of it, which differ by their seed only, and what is published of it. */
export interface PaperTraining {
  /** The task and the values on the axes of the experiment. */
  values: Values
  /** Our finished runs; while there is none, the others as far as they are. */
  runs: readonly TrainedRun[]
  published: PublishedCurves
}

/** Published curves and points; a key is absent if nothing is published. Accuracies are in percent. */
export interface PublishedCurves {
  /** The test accuracy less that of the task's reference, which the authors wrote into the panels of their figures. */
  difference?: { value: number }
  /** Rotations at one moment. */
  rotation?: RotationAtMoment
  /** The rotation of one layer, by epochs done. */
  rotationCurve?: { layer: string; points: readonly { epoch: number; rotation: number }[] }
  /** The training loss after each epoch, by epochs done. */
  losses?: readonly { epoch: number; loss: number }[]
  /** Accuracies of some epochs, 0-based, in training mode. */
  trainAccuracies?: { points: readonly { epoch: number; trainAccuracy: number }[] }
}

export interface RotationAtMoment {
  /** The first layer; null where it is not known. */
  first: number | null
  /** The last layer; a range where only bounds are known. */
  last: number | Range
  /** The lowest and the highest of the other layers. */
  others: Range
  /** So many whole epochs and, within the next one, updates. */
  after: { epochs: number; updates: number }
}

type Range = readonly [low: number, high: number]
