import { describe, test } from 'vitest'
import {
  constant,
  mlp,
  resnet110,
  resnet32,
  sgd,
  synthetic,
  tinyCnn,
  vgg25,
  vggTorchBlog,
  wideResnet28x10,
  type ExperimentInput,
  type ModelConfig,
} from '../../src/index.js'
import { expectSameUpToRounding, probeBoth } from './agreement.js'
import { needsPyTorch } from '../support/pytorch/pytorch.js'
import { smooth } from './smooth.js'

needsPyTorch()

const cifar = [3, 32, 32] as const
const papers: [name: string, model: ModelConfig, shape: readonly [number, number, number], classes: number][] = [
  ['vgg25', vgg25(), cifar, 10],
  ['resnet32', resnet32(), cifar, 100],
  ['tinyCnn', tinyCnn(), [3, 64, 64], 200],
  ['vggTorchBlog', vggTorchBlog(), cifar, 10],
  ['wideResnet28x10', wideResnet28x10({ dropout: 0 }), cifar, 100],
  ['resnet110', resnet110(), cifar, 10],
  ['mlp', mlp({ hidden: [784], batchNorm: true }), [1, 28, 28], 10],
]
const images = 4

const inputOf = (name: string, model: ModelConfig, shape: readonly [number, number, number], classes: number) =>
  ({
    name,
    data: synthetic({ shape: [...shape], classes, train: images, test: 1 }),
    model,
    optimizer: sgd(),
    learningRate: constant(0.1),
    epochs: 1,
    batchSize: images,
    device: 'cpu',
    threads: 2,
  }) satisfies ExperimentInput

describe.each(papers)('the full-size %s', (name, model, shape, classes) => {
  test('gives the values and running statistics of PyTorch', async () => {
    const input = inputOf(name, model, shape, classes)
    const { ours, theirs, exact } = await probeBoth(input, { count: images })
    const values = (tensors: typeof ours) => new Map([...tensors].filter(([key]) => !key.startsWith('gradient.')))
    await expectSameUpToRounding({ ours: values(ours), theirs: values(theirs), exact }, 1e-5)
  })

  // Among the millions of numbers at its relu some are within rounding of zero.
  test('gives the gradients of PyTorch where it has no relu', async () => {
    const input = inputOf(`${name}-smooth`, smooth(model), shape, classes)
    const probes = await probeBoth(input, { count: images })
    await expectSameUpToRounding(probes, 1e-5)
  })
})
