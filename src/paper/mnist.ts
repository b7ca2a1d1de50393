import { experiment } from '../experiment/experiment.js'
import { paperPerceptron } from '../experiment/presets.js'
import { rateLabel } from '../numbers.js'
import { constant } from '../schedule/curves/constant.js'
import { steps } from '../schedule/curves/steps.js'
import { publishedMnist } from './published/mnist.js'
import { mnistRates } from './tasks/mnist.js'
import { machineSettings, scaledDrops, type PaperSettings, type PaperTask, type PaperTraining } from './task.js'

const epochs = 100

/**
 * The paper's MNIST experiment (its sections 2 and 6 and the authors' notebook): a perceptron 784-784-10 with batch
 * normalisation on 1,000 images a class, batches of 2,048, Layca on plain SGD, at four learning rates.
 *
 * The tolerances allow for other seeds, which move the test accuracy by a few tenths of a point, and the rotation by less than
 * the 0.01 to which it could be read off the figure.
 */
export const mnist: PaperTask = {
  title: 'Layer rotation on MNIST: ours and the paper’s',
  subject: "the paper's perceptron under Layca at four learning rates",
  lead:
    'A perceptron with one hidden layer is trained with Layca, which turns each layer by a set angle a step, at several ' +
    'learning rates. The paper finds that all of them fit the training images, and that the more the layers turn away from ' +
    'their initial weights, the better the network does on images that it has not seen.',
  epochs,
  source: {
    title: 'Against the published numbers',
    word: 'published',
    note:
      'Published: one run per learning rate by Carbonnelle and De Vleeschouwer (arXiv 1806.01603v2). Accuracies are printed ' +
      'in their notebook; rotations are read off their figure (±0.01) and extrapolated to the end of the last epoch.',
  },
  labelTitle: 'learning rate',
  quantities: [
    { title: 'test accuracy (%)', digits: 2, tolerance: { within: 0.6 }, of: (numbers) => numbers.testAccuracy },
    { title: 'train accuracy (%)', digits: 2, tolerance: { atLeast: 99.9 }, of: (numbers) => numbers.trainAccuracy },
    {
      title: 'rotation of dense0',
      digits: 3,
      tolerance: { within: 0.02 },
      of: (numbers) => numbers.rotation?.['dense0'],
    },
  ],
  layer: 'dense0',
  trainings: (settings) => publishedMnist.rows.map((_, i) => training(i, settings)),
}

function training(index: number, { epochs: length = epochs, ...settings }: PaperSettings): PaperTraining {
  const { learningRate: initial, curve, ...expected } = publishedMnist.rows[index]!
  const at = scaledDrops(mnistRates[index]!.drops.at, epochs, length)
  return {
    config: experiment({
      ...paperPerceptron(),
      ...machineSettings(settings),
      name: 'paper-mnist',
      learningRate: at.length > 0 ? steps(initial, { at, factor: 1 / 5 }) : constant(initial),
      epochs: length,
    }),
    values: { rate: initial, epochs: length, seed: settings.seed ?? 1 },
    label: rateLabel(initial),
    expected,
    curve,
  }
}
