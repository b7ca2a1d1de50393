import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { describeModel, stateShapes } from '../../src/model/describe-model.js'
import { resnet110, resnet32 } from '../../src/model/zoo/keras-resnet.js'
import { mlp } from '../../src/model/zoo/mlp.js'
import { modelSchema, type ModelConfig } from '../../src/model/model.js'
import { tinyCnn, vgg25 } from '../../src/model/zoo/paper-vgg.js'
import { resnet18, resnet34, resnet50 } from '../../src/model/zoo/pytorch-resnet.js'
import { vgg11, vgg13, vgg16, vgg19 } from '../../src/model/zoo/pytorch-vgg.js'
import { findMisfit } from '../../src/model/shapes.js'
import { vggTorchBlog } from '../../src/model/zoo/vgg-torch-blog.js'
import { wideResnet28x10 } from '../../src/model/zoo/wide-resnet.js'
import { zooNames, zooNetwork } from '../../src/model/zoo/zoo.js'
import { failure } from '../support/failure.js'

const photo = [3, 32, 32]
const describePhoto = (model: ModelConfig) => describeModel(model.layers, photo)

/** `prefix0`, `prefix1` … */
const numbered = (count: number, prefix: string) => Array.from({ length: count }, (_, i) => `${prefix}${i}`)

/** The types of the layers after each other, the inside of residual ones in parentheses. */
function types(layers: ModelConfig['layers']): string {
  return layers
    .map((layer) =>
      layer.type === 'residual' ? `(${types(layer.layers)} + ${types(layer.shortcut) || 'x'})` : layer.type,
    )
    .join(' ')
}

describe("the paper's networks have the authors' numbers", () => {
  test.each<[string, ModelConfig, number[], number, number, number, number]>([
    ['C10-CNN1', vgg25(), photo, 10, 25, 4_307_296, 5_760],
    ['C100-resnet', resnet32(), photo, 100, 34, 470_192, 2_272],
    ['tiny-CNN', tinyCnn(), [3, 64, 64], 200, 11, 4_812_640, 3_968],
    ['C10-CNN2', vggTorchBlog(), photo, 10, 15, 14_977_728, 9_472],
    ['C100-WRN', wideResnet28x10(), photo, 100, 29, 36_518_832, 17_952],
    ['C10-resnet', resnet110(), photo, 10, 112, 1_722_416, 8_096],
    ['MNIST', mlp({ hidden: [784], batchNorm: true }), [1, 28, 28], 10, 2, 624_858, 1_568],
    ['fast C10-CNN1', vgg25({ width: 16, convolutionsPerStage: 3 }), photo, 10, 13, 490_160, 1_440],
  ])('%s', (_task, { layers }, input, classes, kernels, parameters, buffers) => {
    const model = describeModel(layers, input)
    expect({ ...model, monitored: model.monitored.length }).toMatchObject({ monitored: kernels, parameters, buffers })
    expect(findMisfit(layers, input, classes)).toBeUndefined()
  })

  test('no biases, no scale and shift: all that trains in them are kernels', () => {
    for (const { layers } of [vgg25(), resnet32(), tinyCnn(), vggTorchBlog(), wideResnet28x10(), resnet110()]) {
      const trained = [...stateShapes(layers, photo)].filter(([, { kind }]) => kind === 'parameter')
      expect(trained.map(([, { shape }]) => shape.length)).not.toContain(1)
    }
  })
})

describe("the paper's networks have the authors' order of layers", () => {
  test('C10-CNN1', () => {
    const convolutions = numbered(4, 'stage').flatMap((stage) => numbered(6, `${stage}.conv`))
    expect(describePhoto(vgg25()).monitored).toEqual([...convolutions, 'dense'])
  })

  test('tiny-CNN', () => {
    const convolutions = numbered(5, 'stage').flatMap((stage) => numbered(2, `${stage}.conv`))
    expect(describePhoto(tinyCnn()).monitored).toEqual([...convolutions, 'dense'])
  })

  test('C10-CNN2', () => {
    const convolutions = [2, 2, 3, 3, 3].flatMap((count, s) => numbered(count, `stage${s}.conv`))
    expect(describePhoto(vggTorchBlog()).monitored).toEqual([...convolutions, 'dense0', 'dense1'])
  })

  test('C100-resnet: shortcuts at 13 and 24', () => {
    const { monitored } = describePhoto(resnet32())
    const stage0 = numbered(5, 'stage0.block').flatMap((block) => numbered(2, `${block}.conv`))
    expect(monitored.slice(0, 11)).toEqual(['conv', ...stage0])
    expect(monitored.slice(11, 15)).toEqual([
      'stage1.block0.conv0',
      'stage1.block0.conv1',
      'stage1.block0.shortcut',
      'stage1.block1.conv0',
    ])
    expect(monitored.flatMap((name, i) => (name.endsWith('.shortcut') ? [i] : []))).toEqual([13, 24])
    expect(monitored.slice(32)).toEqual(['stage2.block4.conv1', 'dense'])
  })

  test('C10-resnet: shortcuts at 39 and 76', () => {
    const { monitored } = describePhoto(resnet110())
    expect(monitored.flatMap((name, i) => (name.endsWith('.shortcut') ? [i] : []))).toEqual([39, 76])
    expect(monitored[111]).toBe('dense')
  })

  test('C100-WRN: every stage begins with conv0, conv1, shortcut', () => {
    const { monitored } = describePhoto(wideResnet28x10())
    const stages = numbered(3, 'stage').flatMap((stage) => [
      ...[`${stage}.block0.conv0`, `${stage}.block0.conv1`, `${stage}.block0.shortcut`],
      ...[1, 2, 3].flatMap((b) => numbered(2, `${stage}.block${b}.conv`)),
    ])
    expect(monitored).toEqual(['conv', ...stages, 'dense'])
    expect(monitored.indexOf('stage1.block0.conv0')).toBe(10)
    expect(monitored.indexOf('stage2.block0.shortcut')).toBe(21)
  })
})

describe("the paper's networks are built as the authors'", () => {
  test('C10-CNN1: relu before batch norm, pools between the stages', () => {
    const convolution = 'conv relu batchNorm'
    expect(types(vgg25({ stages: 2, convolutionsPerStage: 2 }).layers)).toBe(
      `${convolution} ${convolution} maxPool ${convolution} ${convolution} globalAveragePool dense`,
    )
    expect(vgg25().layers[0]).toMatchObject({
      kernel: [3, 3],
      stride: [1, 1],
      padding: 'same',
      init: { type: 'heUniform' },
    })
    expect(vgg25().layers[2]).toMatchObject({ epsilon: 1e-3, momentum: 0.01, runningVariance: 'biased' })
    expect(tinyCnn().layers[2]).toMatchObject({ epsilon: 1e-3, momentum: 0.1, runningVariance: 'biased' })
    expect(vgg25().layers.at(-1)).toMatchObject({ bias: false, init: { type: 'heUniform' } })
  })

  test('C10-CNN2: batch norm before relu, pools after every stage, two dense layers', () => {
    const convolution = 'conv batchNorm relu'
    expect(types(vggTorchBlog({ convolutionsPerStage: [1, 2] }).layers)).toBe(
      `${convolution} maxPool ${convolution} ${convolution} maxPool flatten dense batchNorm relu dense`,
    )
    for (const layer of vggTorchBlog().layers) {
      if (layer.type === 'conv' || layer.type === 'dense') expect(layer.init).toEqual({ type: 'heNormal' })
    }
    expect(describePhoto(vggTorchBlog()).layers.find(({ name }) => name === 'flatten')?.output).toEqual([512])
  })

  test("ResNet v1: TensorFlow's padding, shortcuts without batch norm", () => {
    const { layers } = resnet32({ depth: 8 })
    const block = (shortcut: string) => `(conv batchNorm relu conv batchNorm + ${shortcut}) relu`
    expect(types(layers)).toBe(
      `conv batchNorm relu ${block('x')} ${block('conv')} ${block('conv')} globalAveragePool dense`,
    )
    const halving = layers[5]
    expect(halving).toMatchObject({
      name: 'stage1.block0',
      layers: [
        { kernel: [3, 3], stride: [2, 2], padding: 'same', init: { type: 'heNormal' } },
        {},
        {},
        { stride: [1, 1] },
        {},
      ],
      shortcut: [{ kernel: [1, 1], stride: [2, 2], padding: 'same' }],
    })
  })

  test('WRN: batch norm and relu first, symmetric padding, shortcuts of the raw input', () => {
    const { layers } = wideResnet28x10({ depth: 16, widenFactor: 1 })
    const block = (shortcut: string) => `(batchNorm relu conv batchNorm relu dropout conv + ${shortcut})`
    const stage = `${block('conv')} ${block('x')}`
    expect(types(layers)).toBe(`conv ${stage} ${stage} ${stage} batchNorm relu globalAveragePool dense`)
    expect(layers[0]).toMatchObject({ filters: 16, padding: [1, 1], init: { type: 'glorotUniform' } })
    expect(layers[1]).toMatchObject({
      layers: [{}, {}, { stride: [1, 1], padding: [1, 1] }, {}, {}, { rate: 0.3 }, { padding: [1, 1] }],
      shortcut: [{ kernel: [1, 1], stride: [1, 1], padding: [0, 0] }],
    })
    expect(layers[3]).toMatchObject({ layers: [{}, {}, { stride: [2, 2] }, {}, {}, {}, { stride: [1, 1] }] })
    expect(types(wideResnet28x10({ depth: 10, dropout: 0 }).layers)).not.toContain('dropout')
  })
})

describe("PyTorch's networks", () => {
  /**
   * The hash of every name and shape in `state_dict`, by PyTorch 2.13 from the definitions of kuangliu/pytorch-cifar:
   *
   *     lines = [f"{k} {'x'.join(map(str, v.shape))}\n" for k, v in net.state_dict().items() if "num_batches" not in k]
   *     hashlib.sha256("".join(lines).encode()).hexdigest()[:16]
   */
  test.each<[string, ModelConfig, number, number, string]>([
    ['resnet18', resnet18(), 11_173_962, 102, 'c7bf781b6f23c684'],
    ['resnet34', resnet34(), 21_282_122, 182, '62a1d0e8ace1c047'],
    ['resnet50', resnet50(), 23_520_842, 267, '2ebecc1565257b25'],
    ['vgg11', vgg11(), 9_231_114, 50, 'e9d6efba5d5d51b6'],
    ['vgg13', vgg13(), 9_416_010, 62, '37759a05cc003304'],
    ['vgg16', vgg16(), 14_728_266, 80, '7993f26b5d84462d'],
    ['vgg19', vgg19(), 20_040_522, 98, '8816a51e97672428'],
  ])('%s has their parameters and state_dict', (type, model, parameters, tensors, digest) => {
    expect(model.type).toBe(type)
    expect(describePhoto(model).parameters).toBe(parameters)
    const lines = [...stateShapes(model.layers, photo)].map(([name, { shape }]) => `${name} ${shape.join('x')}\n`)
    expect(lines).toHaveLength(tensors)
    expect(createHash('sha256').update(lines.join('')).digest('hex').slice(0, 16)).toBe(digest)
  })

  test('names of a ResNet are those of its modules', () => {
    const names = [...stateShapes(resnet18().layers, photo).keys()]
    expect(names).toEqual(
      expect.arrayContaining([
        'conv1.weight',
        'bn1.running_mean',
        'layer1.0.conv1.weight',
        'layer2.0.shortcut.0.weight',
      ]),
    )
    expect(names.at(-1)).toBe('linear.bias')
  })

  test('their layers are as PyTorch makes them', () => {
    const pytorchDefault = { type: 'pytorchDefault' }
    const { layers } = vgg11()
    expect(layers[0]).toMatchObject({ name: 'features.0', bias: true, init: pytorchDefault, biasInit: pytorchDefault })
    const batchNorm = { epsilon: 1e-5, momentum: 0.1, runningVariance: 'unbiased', scale: true, shift: true }
    expect(layers[1]).toMatchObject({ name: 'features.1', ...batchNorm })
    expect(resnet18().layers[1]).toMatchObject({ name: 'bn1', ...batchNorm })
    expect(layers.at(-1)).toMatchObject({ name: 'classifier', bias: true, biasInit: pytorchDefault })
  })

  test('images of another size get through', () => {
    for (const model of [resnet18({ classes: 200 }), vgg16({ classes: 200 })]) {
      expect(findMisfit(model.layers, [3, 64, 64], 200)).toBeUndefined()
    }
  })
})

test.each(zooNames)('%s in short is the same as by its function', (name) => {
  const { options, layers, shownWith } = zooNetwork(name)
  const expanded = modelSchema.parse({ type: name, ...shownWith })
  expect(expanded).toEqual({ type: name, layers: layers(options.parse(shownWith ?? {})) })
  expect(modelSchema.parse(JSON.parse(JSON.stringify(expanded)))).toEqual(expanded)
})

test.each<[() => ModelConfig, string]>([
  [
    () => resnet32({ depth: 33 }),
    'resnet32: depth: no ResNet has 33 layers; expected 6n + 2, such as 20, 32, 44, 56 or 110',
  ],
  [
    () => wideResnet28x10({ depth: 26 }),
    'wideResnet28x10: depth: no wide ResNet has 26 layers; expected 6n + 4, such as 16, 22, 28 or 40',
  ],
  [() => vgg25({ width: 0 }), 'vgg25: width is 0; expected at least 1'],
  [() => vgg25({ convolutionsPerStage: 101 }), 'vgg25: convolutionsPerStage is 101; expected at most 100'],
  [() => vgg16({ convolutionsPerStage: [] }), 'vgg16: convolutionsPerStage is []; expected a list of at least 1'],
  [() => resnet18({ classes: 1 }), 'resnet18: classes is 1; expected at least 2'],
  [() => tinyCnn({ momentum: 0.1 } as object), 'tinyCnn: unknown key "momentum"; expected width, stages'],
])('%s is refused', async (make, message) => {
  expect(await failure(make)).toContain(`INVALID_CONFIG: ${message}`)
})
