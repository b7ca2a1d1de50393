import { describe, expect, test } from 'vitest'
import { cifar10 } from '../../../src/data/cifar/cifar10.js'
import { mnist } from '../../../src/data/mnist/mnist.js'
import type { ExperimentInput } from '../../../src/experiment/config.js'
import { experiment } from '../../../src/experiment/experiment.js'
import { resnet110 } from '../../../src/model/zoo/keras-resnet.js'
import { mlp } from '../../../src/model/zoo/mlp.js'
import { layca } from '../../../src/optimizer/controls/layca.js'
import { lars } from '../../../src/optimizer/controls/lars.js'
import { sgd } from '../../../src/optimizer/rules/sgd.js'
import { constant } from '../../../src/schedule/curves/constant.js'
import { failure } from '../../support/failure.js'

const perceptron: ExperimentInput = {
  name: 'net',
  data: mnist(),
  model: mlp({ hidden: [20], batchNorm: true }),
  optimizer: layca(sgd()),
  learningRate: constant(0.1),
  epochs: 1,
  batchSize: 128,
}

async function complaint(groups: unknown, change: Partial<ExperimentInput> = {}): Promise<string> {
  const input = { ...perceptron, ...change, groups } as ExperimentInput
  return (await failure(() => experiment(input))).replace('INVALID_CONFIG: experiment "net":', '').trim()
}

describe('a group that is not written as one', () => {
  test.each([
    [{ trained: true }, 'groups.0.match is missing; expected an object with any of layers, kind, parameters'],
    [
      { match: {}, trained: true },
      'groups.0.match: no condition is given; expected layers, kind or parameters, such as layers: ["*"] for all',
    ],
    [
      { match: { kind: 'bias' } },
      'groups.0: the group changes nothing; expected trained, controlled, rate or weightDecay',
    ],
    [
      { match: { kind: 'biases' }, trained: true },
      'groups.0.match.kind is "biases"; expected one of first, last, shortcut, bias, normalization, kernel; did you mean "bias"?',
    ],
    [{ match: { layers: 'dense0' }, rate: 1 }, 'groups.0.match.layers is "dense0"; expected a list'],
    [{ match: { layers: [] }, rate: 1 }, 'groups.0.match.layers is []; expected a list of at least 1'],
    [{ match: { layers: [''] }, rate: 1 }, 'groups.0.match.layers.0 is ""; expected a text that is not empty'],
    [{ match: { layer: ['*'] }, rate: 1 }, 'groups.0.match: unknown key "layer"; did you mean "layers"?'],
    [
      { match: { kind: 'bias' }, train: true },
      'groups.0: unknown key "train"; expected match, trained, controlled, rate, weightDecay',
    ],
    [{ match: { kind: 'bias' }, rate: -1 }, 'groups.0.rate is -1; expected at least 0'],
    [{ match: { kind: 'bias' }, rate: NaN }, 'groups.0.rate is NaN; expected a finite number'],
    [{ match: { kind: 'bias' }, weightDecay: -1e-4 }, 'groups.0.weightDecay is -0.0001; expected at least 0'],
    [{ match: { kind: 'bias' }, weightDecay: Infinity }, 'groups.0.weightDecay is Infinity; expected a finite number'],
    [{ match: { kind: 'bias' }, trained: 1 }, 'groups.0.trained is 1; expected true or false'],
  ])('%j', async (group, message) => {
    expect(await complaint([group])).toBe(message)
  })

  test('is named by its place', async () => {
    expect(
      await complaint([
        { match: { kind: 'bias' }, trained: true },
        { match: { kind: 'bias' }, rate: -1 },
      ]),
    ).toBe('groups.1.rate is -1; expected at least 0')
    expect(await complaint({ match: { kind: 'bias' }, trained: true })).toMatch(/^groups is .*; expected a list$/)
  })
})

describe('a group that matches nothing', () => {
  test('names pattern and layers', async () => {
    const match = { layers: ['dense*', 'conv*'] }
    expect(await complaint([{ match, trained: true }])).toBe(
      'groups.0.match.layers.1: "conv*" matches no layer that has parameters; expected dense0, batchNorm0, dense1',
    )
  })

  test('names the layer that was meant', async () => {
    expect(await complaint([{ match: { layers: ['dence0'] }, trained: true }])).toBe(
      'groups.0.match.layers.0: "dence0" matches no layer that has parameters; did you mean "dense0"?',
    )
  })

  test('names the first of many layers', async () => {
    const message = await complaint([{ match: { layers: ['layer1.*'] }, trained: true }], {
      data: cifar10(),
      model: resnet110(),
    })
    const first = [
      'conv',
      ...Array.from({ length: 18 }, (_, block) => [0, 1].map((i) => `stage0.block${block}.conv${i}`)),
    ]
    expect(message).toBe(
      'groups.0.match.layers.0: "layer1.*" matches no layer that has parameters; expected ' +
        `${first.flat().slice(0, 20).join(', ')} and 92 more`,
    )
  })

  test('says so of layers without parameters', async () => {
    expect(await complaint([{ match: { layers: ['relu0'] }, trained: true }])).toContain(
      'groups.0.match.layers.0: "relu0"',
    )
  })

  test('names pattern and parameters', async () => {
    expect(await complaint([{ match: { parameters: ['dense0.weights'] }, rate: 2 }])).toBe(
      'groups.0.match.parameters.0: "dense0.weights" matches no parameter of the model; did you mean "dense0.weight"?',
    )
    expect(await complaint([{ match: { parameters: ['*.gamma'] }, rate: 2 }])).toBe(
      'groups.0.match.parameters.0: "*.gamma" matches no parameter of the model; expected dense0.weight, dense0.bias, batchNorm0.weight, batchNorm0.bias, dense1.weight, dense1.bias',
    )
  })

  test('names kind and kinds', async () => {
    expect(await complaint([{ match: { kind: 'shortcut' }, rate: 2 }])).toBe(
      'groups.0.match.kind: no parameter of the model is of kind shortcut; expected first, last, bias, normalization, kernel',
    )
    expect(await complaint([{ match: { kind: 'bias' }, rate: 2 }], { data: cifar10(), model: resnet110() })).toContain(
      'groups.0.match.kind: no parameter of the model is of kind bias; expected first, last, shortcut, kernel',
    )
  })

  test('names conditions that exclude each other', async () => {
    expect(await complaint([{ match: { layers: ['batchNorm*'], kind: 'kernel' }, rate: 2 }])).toBe(
      'groups.0.match: no parameter of the model matches all of layers, kind together',
    )
  })

  test('is not the only one that is reported', async () => {
    const groups = [
      { match: { layers: ['a', 'b'], kind: 'shortcut' }, rate: 2 },
      { match: { parameters: ['c'] }, rate: 2 },
    ]
    expect((await complaint(groups)).split('\n').map((line) => line.trim().split(':')[0])).toEqual([
      'groups.0.match.layers.0',
      'groups.0.match.layers.1',
      'groups.0.match.kind',
      'groups.1.match.parameters.0',
    ])
  })
})

describe('a group is refused', () => {
  test('for control of a bias or of a normalisation', async () => {
    expect(await complaint([{ match: { layers: ['dense0'] }, controlled: true }])).toBe(
      'groups.0.controlled: dense0.bias is a bias, and layca controls weights of layers only; expected a match of those alone, such as kind: "kernel"',
    )
    expect(await complaint([{ match: { kind: 'normalization' }, controlled: true }], { optimizer: lars(sgd()) })).toBe(
      'groups.0.controlled: batchNorm0.weight is part of a normalisation, and lars controls weights of layers only; expected a match of those alone, such as kind: "kernel"',
    )
  })

  test('for control without one', async () => {
    expect(await complaint([{ match: { kind: 'kernel' }, controlled: true }], { optimizer: sgd() })).toBe(
      'groups.0.controlled: sgd alone controls nothing; expected a control around it, such as layca',
    )
  })

  test('for nothing to train', async () => {
    const message = 'groups: all parameters are frozen; expected at least one that trains'
    expect(await complaint([{ match: { kind: 'kernel' }, trained: false }])).toBe(message)
    expect(await complaint([{ match: { layers: ['*'] }, trained: false }], { optimizer: sgd() })).toBe(message)
  })
})

test('groups are written into the config as they are', () => {
  const groups = [
    { match: { kind: 'kernel' }, controlled: true, rate: 0 },
    { match: { layers: ['*'], kind: 'bias', parameters: ['*'] }, trained: true, controlled: false, weightDecay: 0 },
  ] as const
  const config = experiment({ ...perceptron, groups })
  expect(config.groups).toEqual(groups)
  expect(experiment(JSON.parse(JSON.stringify(config)) as ExperimentInput)).toEqual(config)
})
