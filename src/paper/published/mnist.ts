import { printedAccuracy, readRotation, type PublishedTable } from './table.js'

/** The published numbers of one training of the paper's MNIST experiment. */
export interface PublishedMnist {
  learningRate: number
  /** Accuracy on the 10,000 test images in percent, printed by the authors' notebook. */
  testAccuracy: number
  /** Accuracy of the last epoch in training mode in percent, from the printed output of the authors' notebook. */
  trainAccuracy: number
  /** The final cosine distance of the hidden layer: the last point of `curve`, extrapolated to the end of epoch 100. */
  rotation: { dense0: number }
  /** The cosine distance of dense0, digitised from the authors' figure: ±0.01. */
  curve: readonly { epoch: number; rotation: number }[]
}

/**
 * Completed epochs at the points that were read off the figure. The authors record after the first of the 5 updates of an
 * epoch, so their point at x is the state after x + 1/5 epochs.
 */
const epochs = [10, 20, 50, 80, 98].map((x) => x + 1 / 5)

const curve = (...rotations: readonly number[]) =>
  epochs.map((epoch, i) => ({ epoch, rotation: rotations[i] ?? Number.NaN }))

/**
 * The MNIST numbers that Carbonnelle and De Vleeschouwer published (arXiv 1806.01603v2 and the public repository
 * layer-rotation-paper-experiments), one run for each learning rate.
 */
export const publishedMnist: PublishedTable<PublishedMnist> = {
  title: 'Layca on MNIST',
  sources: {
    testAccuracy: printedAccuracy,
    trainAccuracy: printedAccuracy,
    rotation: readRotation,
    curve: readRotation,
  },
  rows: [
    {
      learningRate: 3 ** -2,
      testAccuracy: 96.75,
      trainAccuracy: 100,
      rotation: { dense0: 0.898 },
      curve: curve(0.25, 0.44, 0.75, 0.873, 0.897),
    },
    {
      learningRate: 3 ** -2.5,
      testAccuracy: 96.6,
      trainAccuracy: 100,
      rotation: { dense0: 0.603 },
      curve: curve(0.098, 0.187, 0.394, 0.545, 0.603),
    },
    {
      learningRate: 3 ** -3,
      testAccuracy: 96.54,
      trainAccuracy: 100,
      rotation: { dense0: 0.303 },
      curve: curve(0.043, 0.083, 0.181, 0.265, 0.302),
    },
    {
      learningRate: 3 ** -4,
      testAccuracy: 95.81,
      trainAccuracy: 100,
      rotation: { dense0: 0.109 },
      curve: curve(0.015, 0.028, 0.063, 0.091, 0.107),
    },
  ],
}
