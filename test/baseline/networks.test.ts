import { describe, expect, test } from 'vitest'
import {
  averagePool,
  batchNorm,
  constant,
  conv,
  dense,
  dropout,
  flatten,
  gelu,
  groupNorm,
  layca,
  layerNorm,
  leakyRelu,
  maxPool,
  network,
  relu,
  residual,
  resnet110,
  resnet18,
  resnet34,
  resnet50,
  sgd,
  synthetic,
  tinyCnn,
  vgg11,
  vgg19,
  vgg25,
  vggTorchBlog,
  wideResnet28x10,
} from '../../src/index.js'
import type { ExperimentInput, ModelConfig } from '../../src/index.js'
import { exampleNetwork, exampleShape } from '../native/support/reference-model.js'
import { expectSameCurves, expectSameTensors, expectSameUpToRounding, probeBoth, trainBoth } from './agreement.js'
import { needsPyTorch } from '../support/pytorch/pytorch.js'
import { smooth } from './smooth.js'

needsPyTorch()

/** Every kind of layer that the families below do without. */
const everyLayer = network({
  layers: [
    conv({ name: 'stem', filters: 6, kernel: [3, 2], stride: [1, 2], padding: 'same', init: { type: 'orthogonal' } }),
    groupNorm({ name: 'stemNorm', groups: 3 }),
    leakyRelu({ name: 'leaky', slope: 0.1 }),
    residual({
      name: 'outer',
      layers: [
        conv({
          name: 'outer.grouped',
          filters: 8,
          kernel: 3,
          padding: [1, 1],
          groups: 2,
          init: { type: 'lecunNormal' },
        }),
        residual({
          name: 'outer.inner',
          layers: [
            relu({ name: 'outer.inner.relu' }),
            conv({ name: 'outer.inner.conv', filters: 8, kernel: 1, biasInit: { type: 'pytorchDefault' } }),
          ],
          shortcut: [],
        }),
      ],
      shortcut: [conv({ name: 'outer.shortcut', filters: 8, kernel: 1, bias: false })],
    }),
    gelu({ name: 'gelu' }),
    averagePool({ name: 'average', size: 3, stride: 2, padding: 'same' }),
    layerNorm({ name: 'layerNorm' }),
    gelu({ name: 'tanhGelu', approximation: 'tanh' }),
    maxPool({ name: 'max', size: 2, stride: 1, padding: 'same' }),
    batchNorm({ name: 'batchNorm', scale: false, runningVariance: 'unbiased' }),
    averagePool({ name: 'smallAverage', size: [2, 1] }),
    dropout({ name: 'dropout', rate: 0 }),
    flatten({ name: 'flatten' }),
    dense({ name: 'hidden', units: 12 }),
    layerNorm({ name: 'hiddenNorm', scale: false }),
    relu({ name: 'relu' }),
    dense({ name: 'output', units: 10 }),
  ],
})

const networks: Record<string, ModelConfig> = {
  vgg25: vgg25({ width: 4, stages: 3, convolutionsPerStage: 2 }),
  tinyCnn: tinyCnn({ width: 4, stages: 4, convolutionsPerStage: 1, classes: 10 }),
  vggTorchBlog: vggTorchBlog({ width: 4, convolutionsPerStage: [1, 2, 1] }),
  'resnet32 and resnet110': resnet110({ depth: 8 }),
  wideResnet28x10: wideResnet28x10({ depth: 10, widenFactor: 1, dropout: 0, classes: 10 }),
  resnet18: resnet18({ width: 16, blocks: [2, 1, 1] }),
  resnet34: resnet34({ width: 16, blocks: [1, 2] }),
  resnet50: resnet50({ width: 4, blocks: [1, 2, 1] }),
  vgg11: vgg11({ width: 4 }),
  vgg19: vgg19({ width: 4 }),
  'every other layer': everyLayer,
  'every type of layers': network({ layers: exampleNetwork(10) }),
}

// Five steps of eight images.
const base = {
  data: synthetic({ shape: [3, 16, 16], classes: 10, train: 40, test: 16 }),
  normalization: 'channel',
  optimizer: sgd({ momentum: 0.9, nesterov: true }),
  learningRate: constant(0.002),
  epochs: 1,
  batchSize: 8,
  device: 'cpu',
  threads: 1,
} as const satisfies Partial<ExperimentInput>

/** Images no larger than the net needs: vgg11 and vgg19 halve them five times. */
function inputOf(name: string, model: ModelConfig): ExperimentInput {
  const size = /resnet/i.test(name) ? 8 : name.startsWith('vgg1') ? 32 : 16
  const shape: [number, number, number] = name === 'every type of layers' ? [...exampleShape] : [3, size, size]
  return { ...base, data: synthetic({ ...base.data, shape }), name: name.replaceAll(' ', '-'), model }
}

describe.each(Object.entries(networks))('%s', (name, model) => {
  const input = inputOf(name, model)

  test('gives the values, gradients and running statistics of PyTorch', async () => {
    const probes = await probeBoth(input, { count: 8, margin: 1e-5 })
    expect([...probes.ours.keys()].filter((key) => key.startsWith('gradient.')).length).toBeGreaterThan(2)
    await expectSameUpToRounding(probes, 1e-5)
  })

  test.each([
    ['SGD', {}],
    ['Layca', { optimizer: layca(sgd()), learningRate: constant(3 ** -4) }],
  ])('has the weights of PyTorch after five steps of %s', async (_, change) => {
    const smoothInput = { ...input, model: smooth(model), ...change }
    const { ours, theirs } = await trainBoth(smoothInput)
    expectSameTensors(await theirs.weights('last'), await ours.weights('last'), 1e-5)
    expectSameCurves(theirs, ours)
  })
})
