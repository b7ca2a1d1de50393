import { describe, expect, test } from 'vitest'
import { modelParameters, type ParameterKind } from '../../src/groups/model-parameters.js'
import { stateShapes } from '../../src/model/describe-model.js'
import { resnet32 } from '../../src/model/zoo/keras-resnet.js'
import { batchNorm, conv, dense, globalAveragePool, groupNorm, layerNorm, residual } from '../../src/model/layers.js'
import type { ModelConfig } from '../../src/model/model.js'
import { mlp } from '../../src/model/zoo/mlp.js'
import { resnet18, resnet50 } from '../../src/model/zoo/pytorch-resnet.js'
import { wideResnet28x10 } from '../../src/model/zoo/wide-resnet.js'

const image = [3, 32, 32]

/** Names with their kinds. */
const listed = ({ layers }: Pick<ModelConfig, 'layers'>, inputShape: number[]) =>
  modelParameters(layers, inputShape).map(({ name, kinds }) => `${name} ${[...kinds].join(' ')}`)

const ofKind = (kind: ParameterKind, { layers }: ModelConfig) =>
  modelParameters(layers, image)
    .filter(({ kinds }) => kinds.has(kind))
    .map(({ name }) => name)

describe('the parameters of', () => {
  test('the paper’s perceptron', () => {
    expect(listed(mlp({ hidden: [784], batchNorm: true }), [1, 28, 28])).toEqual([
      'dense0.weight first kernel',
      'dense0.bias first bias',
      'batchNorm0.weight normalization',
      'batchNorm0.bias normalization',
      'dense1.weight last kernel',
      'dense1.bias last bias',
    ])
  })

  test('a ResNet as in PyTorch, of one block a stage', () => {
    expect(listed(resnet18({ blocks: [1, 1], width: 4 }), image)).toEqual([
      'conv1.weight first kernel',
      'bn1.weight normalization',
      'bn1.bias normalization',
      'layer1.0.conv1.weight kernel',
      'layer1.0.bn1.weight normalization',
      'layer1.0.bn1.bias normalization',
      'layer1.0.conv2.weight kernel',
      'layer1.0.bn2.weight normalization',
      'layer1.0.bn2.bias normalization',
      'layer2.0.conv1.weight kernel',
      'layer2.0.bn1.weight normalization',
      'layer2.0.bn1.bias normalization',
      'layer2.0.conv2.weight kernel',
      'layer2.0.bn2.weight normalization',
      'layer2.0.bn2.bias normalization',
      'layer2.0.shortcut.0.weight shortcut kernel',
      'layer2.0.shortcut.1.weight normalization',
      'layer2.0.shortcut.1.bias normalization',
      'linear.weight last kernel',
      'linear.bias last bias',
    ])
  })

  test('layers of every kind of normalisation, in shortcuts within shortcuts, ending in a shortcut', () => {
    const inner = residual({
      name: 'inner',
      layers: [conv({ name: 'left', filters: 3, kernel: 1 }), groupNorm({ name: 'groups', groups: 1, shift: false })],
      shortcut: [
        conv({ name: 'right', filters: 3, kernel: 1, bias: false }),
        batchNorm({ name: 'batch', scale: false }),
      ],
    })
    const layers = [
      layerNorm({ name: 'whole' }),
      residual({ name: 'outer', layers: [conv({ name: 'conv', filters: 3, kernel: 1 })], shortcut: [inner] }),
      globalAveragePool({ name: 'pool' }),
      residual({
        name: 'end',
        layers: [dense({ name: 'dense', units: 10 })],
        shortcut: [dense({ name: 'past', units: 10 })],
      }),
    ]
    expect(listed({ layers }, image)).toEqual([
      'whole.weight normalization',
      'whole.bias normalization',
      'conv.weight first kernel',
      'conv.bias first bias',
      'left.weight shortcut kernel',
      'left.bias shortcut bias',
      'groups.weight normalization',
      'right.weight shortcut kernel',
      'batch.bias normalization',
      'dense.weight kernel',
      'dense.bias bias',
      'past.weight last shortcut kernel',
      'past.bias last shortcut bias',
    ])
  })

  test('one layer are those of the first and of the last', () => {
    expect(listed(mlp({ hidden: [] }), [1, 28, 28])).toEqual([
      'dense0.weight first last kernel',
      'dense0.bias first last bias',
    ])
  })

  test.each([
    ['resnet18', resnet18(), 62],
    ['resnet50', resnet50(), 161],
    ['resnet32', resnet32(), 34],
  ])('%s are those of its state_dict, in its order', (_, { layers }, count) => {
    const parameters = [...stateShapes(layers, image)].filter(([, { kind }]) => kind === 'parameter')
    expect(modelParameters(layers, image).map(({ name }) => name)).toEqual(parameters.map(([name]) => name))
    expect(parameters).toHaveLength(count) // of model.parameters() in PyTorch; of kernels in the paper's table 1
  })
})

describe('shortcuts', () => {
  test('are the strided convolutions 13 and 24 of the paper’s ResNet-32', () => {
    expect(ofKind('shortcut', resnet32())).toEqual(['stage1.block0.shortcut.weight', 'stage2.block0.shortcut.weight'])
    const kernels = ofKind('kernel', resnet32())
    expect(ofKind('shortcut', resnet32()).map((name) => kernels.indexOf(name))).toEqual([13, 24])
  })

  test('are layers 3, 12 and 21 of the paper’s wide ResNet', () => {
    const kernels = ofKind('kernel', wideResnet28x10())
    expect(ofKind('shortcut', wideResnet28x10()).map((name) => kernels.indexOf(name))).toEqual([3, 12, 21])
  })
})
