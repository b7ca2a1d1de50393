import {
  adam,
  cifar10,
  cosine,
  l2,
  layca,
  mlp,
  mnist as mnistImages,
  presets,
  resnet32,
  sgd,
  steps,
  vgg25,
} from 'layer-rotation'

/**
 * @typedef {object} Task
 * @property {import('layer-rotation').ExperimentInput} base
 * @property {number[]} values of the learning rate
 * @property {number} short epochs of the short runs
 */

/**
 * The MNIST experiment of the paper with a smaller network on fewer images, a tenth of which validate: 1,800 images train, in as many
 * steps as the paper's.
 */
const mnist = {
  .../** @type {NonNullable<typeof presets[string]>} */ (presets['mnist'])(),
  data: mnistImages({ perClass: 200 }),
  model: mlp({ hidden: [256, 256], batchNorm: true }),
  validation: { share: 0.1 },
  batchSize: 360,
  threads: 1,
}

/** The course of all learning rates on MNIST. */
const drop = steps(3 ** -2, { at: [90], factor: 1 / 5 })

/** A fifth of CIFAR-10, with a tenth of that for validation: 9,000 images train. */
const cifar = {
  data: cifar10({ perClass: 1000 }),
  validation: { share: 0.1 },
  batchSize: 64,
  precision: /** @type {const} */ ('bf16'),
}

const fast = {
  ...cifar,
  name: 'fast',
  model: vgg25({ width: 16, convolutionsPerStage: 3 }),
  epochs: 16,
  learningRate: cosine(0.1),
}

const resnet = { ...cifar, name: 'resnet32', model: resnet32({ classes: 10 }), epochs: 16, learningRate: cosine(0.1) }

/**
 * Powers of three.
 * @param {number} low
 * @param {number} high
 */
const powers = (low, high) => Array.from({ length: high - low + 1 }, (_, i) => 3 ** (low + i))

/** @type {Readonly<Record<string, Task>>} */
export const tasks = {
  'mnist-layca': { base: mnist, values: powers(-5, -1), short: 10 },
  'mnist-sgd': {
    base: { ...mnist, optimizer: sgd(), learningRate: drop },
    values: powers(-4, 0),
    short: 10,
  },
  'mnist-sgd-l2': {
    base: { ...mnist, optimizer: sgd(), regularization: l2(1e-3), learningRate: drop },
    values: powers(-4, 0),
    short: 10,
  },
  'mnist-adam': {
    base: { ...mnist, optimizer: adam(), learningRate: drop },
    values: powers(-9, -5),
    short: 10,
  },
  'cifar-vgg-layca': { base: { ...fast, optimizer: layca(sgd()) }, values: powers(-5, -1), short: 4 },
  'cifar-vgg-sgd': { base: { ...fast, optimizer: sgd() }, values: powers(-4, 0), short: 4 },
  'cifar-vgg-sgd-l2': {
    base: { ...fast, optimizer: sgd(), regularization: l2(5e-3) },
    values: powers(-4, 0),
    short: 4,
  },
  'cifar-resnet32-layca': { base: { ...resnet, optimizer: layca(sgd()) }, values: powers(-5, -1), short: 4 },
}
