import { printedAccuracy, readAccuracy, type PublishedTable } from './table.js'

/** A training of C10-resnet. */
export interface WarmupRun {
  method: 'SGD+L2' | 'Layca'
  /** The length of the warmup in epochs; 0 for none. */
  warmup: number
  /** Test accuracy in percent. */
  testAccuracy: number
  /** Accuracy of the last epoch in training mode, in percent. */
  trainAccuracy: number
  /** Accuracy in training mode of some epochs, 0-based, in percent. */
  curve: { epoch: number; trainAccuracy: number }[]
  /** The fall of the train accuracy around the end of the warmup: its lowest point; null if there is none. */
  dip: { epoch: number; trainAccuracy: number } | null
}

const curve = (...accuracies: readonly number[]): WarmupRun['curve'] =>
  [0, 5, 10, 15, 24].map((epoch, i) => ({ epoch, trainAccuracy: accuracies[i]! }))

/** Warmups of several lengths: warmup_analysis.png, whose x axis ends at 25 epochs, and its notebook's accuracies. */
export const warmupRuns: PublishedTable<WarmupRun> = {
  title: 'Warmup of the learning rate',
  sources: { testAccuracy: printedAccuracy, trainAccuracy: printedAccuracy, curve: readAccuracy, dip: readAccuracy },
  rows: [
    {
      method: 'SGD+L2',
      warmup: 0,
      testAccuracy: 83.58,
      trainAccuracy: 96.67,
      curve: curve(11, 11, 10, 10, 10),
      dip: null,
    },
    {
      method: 'SGD+L2',
      warmup: 5,
      testAccuracy: 92.43,
      trainAccuracy: 99.76,
      curve: curve(27, 58, 71, 73, 77),
      dip: { epoch: 18, trainAccuracy: 46 },
    },
    {
      method: 'SGD+L2',
      warmup: 10,
      testAccuracy: 92.09,
      trainAccuracy: 99.85,
      curve: curve(28, 60, 38, 66, 71),
      dip: { epoch: 9, trainAccuracy: 26 },
    },
    {
      method: 'SGD+L2',
      warmup: 15,
      testAccuracy: 92.3,
      trainAccuracy: 99.68,
      curve: curve(31, 58, 69, 37, 72),
      dip: { epoch: 14, trainAccuracy: 25 },
    },
    {
      method: 'Layca',
      warmup: 0,
      testAccuracy: 92.09,
      trainAccuracy: 99.85,
      curve: curve(17, 56, 68, 72, 75),
      dip: null,
    },
  ],
}
