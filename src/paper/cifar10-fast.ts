import { experiment } from '../experiment/experiment.js'
import { cifar10Fast as preset } from '../experiment/presets.js'
import { rateLabel } from '../numbers.js'
import { optimizerLabel } from '../text/optimizer.js'
import { layca } from '../optimizer/controls/layca.js'
import type { OptimizerConfig } from '../optimizer/optimizer.js'
import { sgd } from '../optimizer/rules/sgd.js'
import { steps } from '../schedule/curves/steps.js'
import {
  machineSettings,
  scaledDrops,
  type Expected,
  type PaperSettings,
  type PaperTask,
  type PaperTraining,
} from './task.js'

const epochs = 12

/** Epochs after which the learning rate is divided by five. */
const drops = [8, 10, 11]

interface Case {
  optimizer: OptimizerConfig
  learningRate: number
  /** The numbers of one run of a PyTorch script that shares no code with this package. */
  expected: Expected
}

const first = 'stage0.conv0'
const last = 'dense'

const cases: readonly Case[] = [
  {
    optimizer: layca(sgd()),
    learningRate: 3 ** -3,
    expected: { testAccuracy: 84.6, meanRotation: 0.714, rotation: { [first]: 0.55, [last]: 0.25 } },
  },
  { optimizer: sgd(), learningRate: 3 ** -1, expected: { testAccuracy: 81.1, meanRotation: 0.212 } },
  { optimizer: sgd(), learningRate: 3 ** -4, expected: { testAccuracy: 66.4, meanRotation: 0.012 } },
]

/**
 * The paper's claim on real images: the 13-layer VGG of the authors' repository (`fast` mode of C10-CNN1: 16
 * filters, three convolutions a stage) on CIFAR-10, with Layca, and with SGD at a good and at a small learning rate.
 * 12 epochs, batches of 128, the whole training set, rates divided by five at epochs 8, 10 and 11, in bf16.
 */
export const cifar10Fast: PaperTask = {
  title: 'Layer rotation on CIFAR-10',
  subject: 'a 13-layer VGG on CIFAR-10: Layca, and SGD at two learning rates',
  lead:
    'A VGG of 13 layers is trained for 12 epochs: with Layca, which turns each layer by a set angle a step, and with SGD ' +
    'at a good and at a small learning rate. The paper finds that the more the layers turn away from their initial weights, ' +
    'the better the network does on images that it has not seen.',
  epochs,
  source: {
    title: 'Against an independent implementation',
    word: 'PyTorch',
    note:
      'PyTorch: one run each of a script that shares no code with this package. The network is the “fast” variant of ' +
      'task C10-CNN1 in the authors’ repository, for which the paper gives no numbers.',
  },
  labelTitle: 'optimizer and rate',
  quantities: [
    { title: 'test accuracy (%)', digits: 2, tolerance: { within: 1.2 }, of: (numbers) => numbers.testAccuracy },
    { title: 'mean rotation', digits: 3, tolerance: { within: 0.02 }, of: (numbers) => numbers.meanRotation },
    { title: 'first layer', digits: 2, tolerance: { within: 0.02 }, of: (numbers) => numbers.rotation?.[first] },
    { title: 'last layer', digits: 2, tolerance: { within: 0.02 }, of: (numbers) => numbers.rotation?.[last] },
  ],
  trainings: (settings) => cases.map((one) => training(one, settings)),
}

function training(
  { optimizer, learningRate, expected }: Case,
  { epochs: length = epochs, ...settings }: PaperSettings,
): PaperTraining {
  return {
    config: experiment({
      ...preset(),
      ...machineSettings(settings),
      name: 'paper-cifar10-fast',
      optimizer,
      learningRate: steps(learningRate, { at: scaledDrops(drops, epochs, length), factor: 1 / 5 }),
      epochs: length,
    }),
    values: { optimizer: optimizer.type, rate: learningRate, epochs: length, seed: settings.seed ?? 1 },
    label: `${optimizerLabel(optimizer)} ${rateLabel(learningRate)}`,
    expected,
  }
}
