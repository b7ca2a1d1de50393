import { describe, expect, test } from 'vitest'
import { cifar100 } from '../../src/data/cifar/cifar100.js'
import { mnist } from '../../src/data/mnist/mnist.js'
import type { ExperimentInput } from '../../src/experiment/config.js'
import { experiment } from '../../src/experiment/experiment.js'
import { parameterSettings } from '../../src/groups/parameter-settings.js'
import { resnet32 } from '../../src/model/zoo/keras-resnet.js'
import { mlp } from '../../src/model/zoo/mlp.js'
import { resnet18 } from '../../src/model/zoo/pytorch-resnet.js'
import { adamW } from '../../src/optimizer/rules/adam-w.js'
import { lars } from '../../src/optimizer/controls/lars.js'
import { layca } from '../../src/optimizer/controls/layca.js'
import { sgd } from '../../src/optimizer/rules/sgd.js'
import { decoupledWeightDecay } from '../../src/regularization/decoupled-weight-decay.js'
import { l2 } from '../../src/regularization/l2.js'
import { weightDecay } from '../../src/regularization/weight-decay.js'
import { constant } from '../../src/schedule/curves/constant.js'
import { controlProofs } from '../optimizer/control-proofs.js'

const perceptron: ExperimentInput = {
  name: 'perceptron',
  data: mnist(),
  model: mlp({ hidden: [784], batchNorm: true }),
  optimizer: sgd(),
  learningRate: constant(0.1),
  epochs: 1,
  batchSize: 128,
}

const settingsOf = (change: Partial<ExperimentInput>) => parameterSettings(experiment({ ...perceptron, ...change }))

/** One line a parameter: its name, whether it trains and is controlled, rate factor, coupled and decoupled decay. */
const table = (change: Partial<ExperimentInput>) =>
  settingsOf(change).map(({ name, trained, controlled, rateFactor, decay, decoupledDecay }) =>
    [name, trained ? 'trained' : 'frozen', controlled ? 'controlled' : 'free', rateFactor, decay, decoupledDecay].join(
      ' ',
    ),
  )

describe('without groups', () => {
  test('a rule trains everything', () => {
    expect(settingsOf({})).toEqual(
      ['dense0.weight', 'dense0.bias', 'batchNorm0.weight', 'batchNorm0.bias', 'dense1.weight', 'dense1.bias'].map(
        (name) => ({ name, trained: true, controlled: false, rateFactor: 1, decay: 0, decoupledDecay: 0 }),
      ),
    )
  })

  test.each([...controlProofs])('%s controls the weights of layers', (_, { made, trains }) => {
    const others = trains === 'everything' ? 'trained' : 'frozen'
    for (const [optimizer] of made) {
      expect(table({ optimizer })).toEqual([
        'dense0.weight trained controlled 1 0 0',
        `dense0.bias ${others} free 1 0 0`,
        `batchNorm0.weight ${others} free 1 0 0`,
        `batchNorm0.bias ${others} free 1 0 0`,
        'dense1.weight trained controlled 1 0 0',
        `dense1.bias ${others} free 1 0 0`,
      ])
    }
  })
})

/** [coupled, decoupled] of each parameter. */
const decays = (change: Partial<ExperimentInput>) =>
  settingsOf(change).map(({ decay, decoupledDecay }) => [decay, decoupledDecay])

describe('the decay', () => {
  test('of l2 is twice its factor, on kernels of layers that are not excepted', () => {
    const coefficients = decays({ regularization: l2(1e-3, { except: ['dense1'] }) })
    expect(coefficients).toEqual([
      [2e-3, 0],
      [0, 0],
      [0, 0],
      [0, 0],
      [0, 0],
      [0, 0],
    ])
  })

  test('of weightDecay is its factor, on everything', () => {
    expect(decays({ regularization: weightDecay(5e-4) })).toEqual(Array(6).fill([5e-4, 0]))
  })

  test('of decoupledWeightDecay is its factor beside the step, on kernels of layers that are not excepted', () => {
    const coefficients = decays({ regularization: decoupledWeightDecay(0.05, { except: ['dense0'] }) })
    expect(coefficients).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
      [0, 0],
      [0, 0.05],
      [0, 0],
    ])
  })

  test('of adamW is its own beside the step, on everything, under a control as well', () => {
    expect(decays({ optimizer: adamW() })).toEqual(Array(6).fill([0, 0.01]))
    expect(decays({ optimizer: layca(adamW({ weightDecay: 0.1 })) })).toEqual(Array(6).fill([0, 0.1]))
  })

  test('of adamW and a coupled one are both there', () => {
    expect(decays({ optimizer: adamW(), regularization: weightDecay(1e-4) })).toEqual(Array(6).fill([1e-4, 0.01]))
  })

  test('of the paper’s ResNet-32 spares the last dense layer', () => {
    const settings = settingsOf({
      data: cifar100(),
      model: resnet32(),
      regularization: l2(1e-3, { except: ['dense'] }),
    })
    expect(settings).toHaveLength(34)
    expect(settings.map(({ decay }) => decay)).toEqual([...Array<number>(33).fill(2e-3), 0])
    expect(settings.map(({ name }) => name).slice(9, 16)).toEqual([
      'stage0.block4.conv0.weight',
      'stage0.block4.conv1.weight',
      'stage1.block0.conv0.weight',
      'stage1.block0.conv1.weight',
      'stage1.block0.shortcut.weight',
      'stage1.block1.conv0.weight',
      'stage1.block1.conv1.weight',
    ])
    expect(settings.at(-1)!.name).toBe('dense.weight')
  })
})

describe('a group', () => {
  test('trains biases and normalisation beside layca, by the rule alone', () => {
    const groups = [
      { match: { kind: 'bias' }, trained: true },
      { match: { kind: 'normalization' }, trained: true, rate: 0.1, weightDecay: 1e-4 },
    ] as const
    expect(table({ optimizer: layca(sgd()), groups })).toEqual([
      'dense0.weight trained controlled 1 0 0',
      'dense0.bias trained free 1 0 0',
      'batchNorm0.weight trained free 0.1 0.0001 0',
      'batchNorm0.bias trained free 0.1 0.0001 0',
      'dense1.weight trained controlled 1 0 0',
      'dense1.bias trained free 1 0 0',
    ])
  })

  test('of a kind takes kernel and bias of the first or last layer', () => {
    const groups = [
      { match: { kind: 'first' }, trained: false },
      { match: { kind: 'last' }, rate: 2 },
    ] as const
    expect(table({ groups })).toEqual([
      'dense0.weight frozen free 1 0 0',
      'dense0.bias frozen free 1 0 0',
      'batchNorm0.weight trained free 1 0 0',
      'batchNorm0.bias trained free 1 0 0',
      'dense1.weight trained free 2 0 0',
      'dense1.bias trained free 2 0 0',
    ])
  })

  test('of several conditions takes the parameters that match all of them', () => {
    const groups = [
      { match: { layers: ['dense?'], kind: 'last', parameters: ['*.weight'] }, controlled: false },
    ] as const
    expect(table({ optimizer: layca(sgd()), groups })).toEqual([
      'dense0.weight trained controlled 1 0 0',
      'dense0.bias frozen free 1 0 0',
      'batchNorm0.weight frozen free 1 0 0',
      'batchNorm0.bias frozen free 1 0 0',
      'dense1.weight trained free 1 0 0',
      'dense1.bias frozen free 1 0 0',
    ])
  })

  test('of several patterns takes what one of them matches', () => {
    const groups = [{ match: { layers: ['batch*', 'dense1'] }, rate: 0 }]
    expect(settingsOf({ groups }).map(({ rateFactor }) => rateFactor)).toEqual([1, 1, 0, 0, 0, 0])
  })

  test('that comes later decides, key by key', () => {
    const groups = [
      { match: { layers: ['*'] }, trained: true, rate: 0.5, controlled: false },
      { match: { kind: 'kernel' }, rate: 2, controlled: true },
      { match: { parameters: ['dense1.weight'] }, trained: false },
      { match: { parameters: ['dense1.*'] }, rate: 3 },
    ] as const
    expect(table({ optimizer: layca(sgd()), groups })).toEqual([
      'dense0.weight trained controlled 2 0 0',
      'dense0.bias trained free 0.5 0 0',
      'batchNorm0.weight trained free 0.5 0 0',
      'batchNorm0.bias trained free 0.5 0 0',
      'dense1.weight frozen controlled 3 0 0',
      'dense1.bias trained free 3 0 0',
    ])
  })

  test('with false or 0 decides as well', () => {
    const groups = [
      { match: { kind: 'kernel' }, trained: true, rate: 2, weightDecay: 1 },
      { match: { kind: 'first' }, trained: false, rate: 0, weightDecay: 0 },
    ] as const
    expect(table({ groups }).slice(0, 2)).toEqual(['dense0.weight frozen free 0 0 0', 'dense0.bias frozen free 0 0 0'])
  })

  test('leaves a control only to the weights that it applies to', () => {
    const groups = [{ match: { kind: 'last' }, controlled: false }] as const
    const controlled = (optimizer: ExperimentInput['optimizer']) =>
      settingsOf({ optimizer, groups }).map((settings) => settings.controlled)
    expect(controlled(lars(sgd()))).toEqual([true, false, false, false, false, false])
    expect(controlled(sgd())).toEqual([false, false, false, false, false, false])
  })

  test.each([
    ['none', { regularization: null }, [3, 0]],
    ['l2', { regularization: l2(1e-3) }, [3, 0]],
    ['weightDecay', { regularization: weightDecay(1e-3) }, [3, 0]],
    ['decoupledWeightDecay', { regularization: decoupledWeightDecay(1e-3) }, [0, 3]],
    ['adamW and none', { optimizer: adamW(), regularization: null }, [0, 3]],
    ['adamW and l2', { optimizer: adamW(), regularization: l2(1e-3) }, [3, 0.01]],
    ['layca(adamW) and none', { optimizer: layca(adamW()), regularization: null }, [0, 3]],
  ])('replaces the decay in the way that is there: %s', (_, change, expected) => {
    const groups = [{ match: { layers: ['*'] }, weightDecay: 3 }]
    expect(decays({ ...change, groups })).toEqual(Array(6).fill(expected))
  })

  test('gives a layer a decay from which it was excepted', () => {
    const groups = [{ match: { layers: ['dense1'], kind: 'kernel' }, weightDecay: 3 }] as const
    expect(decays({ regularization: l2(1, { except: ['dense0', 'dense1'] }), groups }).map(([c]) => c)).toEqual([
      0, 0, 0, 0, 3, 0,
    ])
  })

  test('with batch norm and shortcuts of a ResNet-18', () => {
    const groups = [
      { match: { kind: 'shortcut' }, rate: 0.5 },
      { match: { kind: 'normalization' }, trained: true },
      { match: { layers: ['layer1.*'], parameters: ['*.bn2.bias'] }, trained: false },
    ] as const
    const optimizer = layca(sgd())
    const settings = settingsOf({ data: cifar100(), model: resnet18({ classes: 100 }), optimizer, groups })
    const names = (wanted: (one: (typeof settings)[number]) => boolean) =>
      settings.filter(wanted).map(({ name }) => name)
    const shortcuts = ['layer2.0.shortcut', 'layer3.0.shortcut', 'layer4.0.shortcut']
    expect(settings).toHaveLength(62)
    expect(names(({ rateFactor }) => rateFactor === 0.5)).toEqual(shortcuts.map((layer) => `${layer}.0.weight`))
    expect(names(({ controlled }) => controlled)).toHaveLength(21)
    expect(names(({ trained }) => !trained)).toEqual(['layer1.0.bn2.bias', 'layer1.1.bn2.bias', 'linear.bias'])
    expect(names(({ trained, controlled }) => trained && !controlled)).toEqual([
      'bn1.weight',
      'bn1.bias',
      ...[1, 2, 3, 4].flatMap((stage) =>
        [0, 1].flatMap((block) => {
          const layer = `layer${stage}.${block}`
          const isProjected = stage > 1 && block === 0
          return [
            ...[`${layer}.bn1.weight`, `${layer}.bn1.bias`, `${layer}.bn2.weight`],
            ...(stage === 1 ? [] : [`${layer}.bn2.bias`]),
            ...(isProjected ? [`${layer}.shortcut.1.weight`, `${layer}.shortcut.1.bias`] : []),
          ]
        }),
      ),
    ])
  })
})
