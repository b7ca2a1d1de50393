/** A number of the paper's MNIST experiment. */
export interface PublishedMnist {
  learningRate: number
  /** %, of the 10,000 test images. Printed output of the authors' notebook. */
  testAccuracy: number
  /** %, of the last epoch, in training mode. Printed output of the authors' notebook. */
  trainAccuracy: number
  /** Final cosine distance of the hidden layer: the last point of `curve`, carried on to the end of epoch 100. */
  rotation: { dense0: number }
  /** Cosine distance of dense0, digitised from the pixels of the authors' figure: ±0.01. */
  curve: readonly { epoch: number; rotation: number }[]
}

/**
 * Epochs done at the points that were read off the figure. The authors record after the first of the 5 updates of an
 * epoch, so what they draw at x is the state after x + 1/5 epochs.
 */
const epochs = [10, 20, 50, 80, 98].map((x) => x + 1 / 5)

const curve = (...rotations: readonly number[]) =>
  epochs.map((epoch, i) => ({ epoch, rotation: rotations[i] ?? Number.NaN }))

/**
 * What Carbonnelle and De Vleeschouwer published of MNIST (arXiv 1806.01603v2 and the public repository
 * layer-rotation-paper-experiments), one run a learning rate.
 */
export const publishedMnist: readonly PublishedMnist[] = [
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
]
