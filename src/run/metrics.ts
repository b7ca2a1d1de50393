/** The further cells of a run whose weights are averaged: the scores of the average after the epoch. */
export interface AverageMetrics {
  averageValLoss: number | null
  averageValAccuracy: number | null
  averageTestLoss: number | null
  averageTestAccuracy: number | null
}

/** One row of metrics.csv. Losses are means over images or tokens, accuracies are 0 … 1; null means not measured. */
export interface EpochMetrics extends Partial<AverageMetrics> {
  /** Epochs done: 1 after the first; a fraction where a run was interrupted within an epoch. */
  epoch: number
  /** Learning rate of the epoch's last step. */
  learningRate: number
  /** Training loss over the epoch's images, in training mode while the weights change. */
  trainLoss: number
  trainAccuracy: number
  /** Loss over the validation split after the epoch, in evaluation mode. */
  valLoss: number | null
  valAccuracy: number | null
  /** Loss over the test split after the epoch, in evaluation mode. */
  testLoss: number | null
  testAccuracy: number | null
  /** Seconds since the start of training, without interruptions. */
  seconds: number
  /** Share of images whose class is among the five most likely ones, 0 … 1; measured with more than 5 classes. */
  valTop5Accuracy: number | null
  testTop5Accuracy: number | null
  /**
   * Images, or tokens, that were trained in a second of the epoch, without evaluation; null in runs of earlier versions, and for
   * an epoch of which a resumed run had only the evaluation to do.
   */
  examplesPerSecond: number | null
  /**
   * The most memory, in bytes, that the process had in the machine's memory until the end of the epoch; null in runs of
   * earlier versions.
   */
  peakMemory: number | null
  /** The columns that onEpochEnd returned, by their names; null for one that it did not return for this epoch. */
  custom: Readonly<Record<string, number | null>>
}

/** The columns that hold the scores of an evaluation. */
export type ScoreColumns = Pick<
  EpochMetrics,
  'valLoss' | 'valAccuracy' | 'testLoss' | 'testAccuracy' | 'valTop5Accuracy' | 'testTop5Accuracy'
>

/** Row 0 of metrics.csv: the scores before the first step. Its other columns are empty. */
export interface InitialMetrics extends ScoreColumns {
  epoch: 0
  seconds: number
}

/** Returns the first row with the largest validation accuracy; undefined if none was measured. */
export function bestEpoch(metrics: readonly EpochMetrics[]): EpochMetrics | undefined {
  return metrics.reduce<EpochMetrics | undefined>((best, row) => (isBetter(row, best) ? row : best), undefined)
}

/** Returns the last row with a test accuracy; undefined if none was measured. */
export const lastTested = (metrics: readonly EpochMetrics[]): EpochMetrics | undefined =>
  metrics.findLast(({ testAccuracy }) => testAccuracy !== null)

/** Tells whether a validation accuracy is larger than the best one before. */
export function isBetter({ valAccuracy }: EpochMetrics, best: EpochMetrics | undefined): boolean {
  return valAccuracy !== null && valAccuracy > (best?.valAccuracy ?? -1)
}
