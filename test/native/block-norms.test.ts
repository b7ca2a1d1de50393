import { describe, expect, test } from 'vitest'
import {
  batchNorm,
  conv,
  dense,
  dropout,
  globalAveragePool,
  relu,
  residual,
  type LayerSpec,
} from '../../src/model/layers.js'
import { resnet32 } from '../../src/model/zoo/keras-resnet.js'
import { wideResnet28x10 } from '../../src/model/zoo/wide-resnet.js'
import { layca } from '../../src/optimizer/controls/layca.js'
import { sgd } from '../../src/optimizer/rules/sgd.js'
import { expectAgreement } from './support/agreement.js'
import { logits, randomise, type ImageModel } from './support/image-model.js'
import { plainNet, residualNet } from './support/networks.js'
import { exampleNetwork, exampleShape } from './support/reference-model.js'
import { randomSplit, smallTrainer, trainEpoch, weightsByName, type SmallSpec } from './support/small-trainer.js'
import { combine, norm, relativeDistance, sameBits } from './support/vectors.js'

// Block kernels of batch norms, sums and dropout, compiled for the host.

describe('layers with block kernels equal their definition', () => {
  test.each<[string, ImageModel]>([
    ['in a residual net', residualNet],
    ['in a plain net', plainNet],
    ['in a net of all types of layers', { layers: exampleNetwork(4), inputShape: [...exampleShape] }],
  ])('%s', async (_, net) => {
    for (const memoryFormat of ['channelsLast', 'contiguous'] as const) {
      await expectAgreement(net, { memoryFormat, blockKernels: true })
    }
  })

  // 9,600 rows are more than one block takes.
  test.each<[string, [number, number, number], boolean]>([
    ['few rows', [3, 7, 5], true],
    ['few rows without scale and shift', [3, 7, 5], false],
    ['many rows', [3, 40, 40], true],
    ['many rows of a multiple of four channels', [4, 40, 40], true],
  ])('to 1e-6 of fp64 for %s', async (_, inputShape, affine) => {
    const layers = [
      batchNorm({ name: 'norm', scale: affine, shift: affine }),
      relu({ name: 'relu' }),
      globalAveragePool({ name: 'pool' }),
      dense({ name: 'dense', units: 4 }),
    ]
    for (const mode of ['train', 'evaluate'] as const) {
      const { actual, expected } = await logits({ layers, inputShape }, mode, { blockKernels: true })
      expect(relativeDistance(actual, expected), mode).toBeLessThan(1e-6)
    }
  })
})

type Product = (name: string, units: number, bias?: boolean) => LayerSpec

/** Norms and sums around products, in every place that has a kernel of its own. */
const places: Record<string, (product: Product, channels: number) => LayerSpec[]> = {
  'a norm before a ReLU and dropout': (product, channels) => [
    product('stem', channels),
    batchNorm({ name: 'norm' }),
    relu({ name: 'relu' }),
    dropout({ name: 'dropout', rate: 0.3 }),
  ],
  'a norm behind a ReLU': (product, channels) => [
    product('stem', channels),
    relu({ name: 'relu' }),
    batchNorm({ name: 'norm', scale: false, shift: false }),
    dropout({ name: 'dropout', rate: 0.3 }),
  ],
  'a norm and a residual that ends in one, before a residual without': (product, channels) => [
    product('stem', channels),
    batchNorm({ name: 'norm0' }),
    relu({ name: 'relu0' }),
    residual({ name: 'sum0', layers: [product('conv0', channels), batchNorm({ name: 'norm1' })] }),
    relu({ name: 'relu1' }),
    residual({ name: 'sum1', layers: [product('conv1', channels)] }),
    relu({ name: 'relu2' }),
    residual({ name: 'sum2', layers: [product('conv2', channels)] }),
  ],
  'residuals that begin with a norm': (product, channels) => [
    product('stem', channels),
    residual({
      name: 'sum0',
      layers: [batchNorm({ name: 'norm0' }), relu({ name: 'relu0' }), product('conv0', channels)],
    }),
    residual({
      name: 'sum1',
      layers: [batchNorm({ name: 'norm1' })],
      shortcut: [product('shortcut', channels)],
    }),
  ],
}

/** The same for biases, each of which has a weight after it that its gradient passes through. */
const biasedPlaces: Record<string, (product: Product, channels: number) => LayerSpec[]> = {
  'a bias and a ReLU': (product, channels) => [product('stem', channels, true), relu({ name: 'relu' })],
  'two biases and ReLUs': (product, channels) => [
    product('stem', 3, true),
    relu({ name: 'relu0' }),
    product('conv', channels, true),
    relu({ name: 'relu1' }),
  ],
  'a bias before a norm, and one behind': (product, channels) => [
    product('stem', channels, true),
    batchNorm({ name: 'norm' }),
    relu({ name: 'relu0' }),
    product('conv', channels, true),
    relu({ name: 'relu1' }),
  ],
  'a bias, a ReLU and a norm': (product, channels) => [
    product('stem', channels, true),
    relu({ name: 'relu' }),
    batchNorm({ name: 'norm' }),
  ],
  'a bias in a residual': (product, channels) => [
    product('stem', channels, true),
    residual({
      name: 'sum',
      layers: [product('conv', channels, true), batchNorm({ name: 'norm' })],
      shortcut: [product('shortcut', channels, true), relu({ name: 'relu' })],
    }),
  ],
}

interface Net {
  examples: number
  inputShape: number[]
  product: Product
  end: LayerSpec[]
}

/** Images of the given rows and columns. */
const pixels = (examples: number, ...size: [number, number]): Net => ({
  examples,
  inputShape: [2, ...size],
  product: (name, filters, bias = false) => conv({ name, filters, kernel: 1, bias }),
  end: [conv({ name: 'last', filters: 3, kernel: 1 }), globalAveragePool({ name: 'pool' })],
})

/** Examples without pixels. */
const features = (examples: number): Net => ({
  examples,
  inputShape: [6],
  product: (name, units, bias = false) => dense({ name, units, bias }),
  end: [],
})

/** The results of one batch in a net with random weights, and what it leaves in the net. */
async function probed(layers: LayerSpec[], { examples, inputShape, end }: Omit<Net, 'product'>, options: SmallSpec) {
  const values = inputShape.reduce((product, length) => product * length, 1)
  const train = randomSplit(examples, 7, values)
  const trainer = await smallTrainer({
    layers: [...layers, ...end, dense({ name: 'head', units: 4 })],
    inputShape,
    ...options,
    data: { mean: Float64Array.of(120), deviation: Float64Array.of(64), train, test: train },
  })
  await randomise(trainer)
  const indices = Int32Array.from({ length: examples }, (_, i) => i)
  const { logits, gradients } = await trainer.probe(indices, 'train')
  const inEvaluation = await trainer.probe(indices, 'evaluate')
  return new Map<string, Float32Array>([
    ['logits', logits],
    ['logits in evaluation', inEvaluation.logits],
    ...gradients.map(({ name, data }): [string, Float32Array] => [`gradient of ${name}`, data]),
    ...(await weightsByName(trainer)),
  ])
}

type Probed = Awaited<ReturnType<typeof probed>>

/** The distance of each array from the expected one, relative to that; a gradient's also to the largest one. */
function distances(found: Probed, expected: Probed): Map<string, number> {
  const isGradient = (name: string) => name.startsWith('gradient')
  const largest = Math.max(...[...expected].map(([name, data]) => (isGradient(name) ? norm(data) : 0)))
  return new Map(
    [...expected].map(([name, data]) => {
      const scale = Math.max(norm(data), isGradient(name) ? largest / 10 : 1e-3)
      return [name, norm(combine(1, found.get(name)!, -1, data)) / scale]
    }),
  )
}

const sizes: [string, number, Net][] = [
  ['one row of 5 features', 5, features(1)],
  ['5 rows of 500 features', 500, features(5)],
  ['17 rows of one feature', 1, features(17)],
  ['105 rows of 7 channels', 7, pixels(3, 5, 7)],
  ['7,688 rows of 5 channels', 5, pixels(8, 31, 31)],
  ['8,192 rows of 16 channels', 16, pixels(8, 32, 32)],
  ['9,610 rows of 5 channels', 5, pixels(10, 31, 31)],
  ['9,610 rows of 24 channels', 24, pixels(10, 31, 31)],
]

describe.each(Object.entries({ ...places, ...biasedPlaces }))('block kernels of %s', (_, place) => {
  test.each(sizes)('agree with those of the CPU on %s', async (_, channels, net) => {
    const layers = place(net.product, channels)
    const [theirs, ours] = [await probed(layers, net, {}), await probed(layers, net, { blockKernels: true })]
    // Over one row, the CPU's norm divides by √ε what it has rounded.
    const tolerance = net.examples === 1 ? 5e-5 : 1e-5
    for (const [name, distance] of distances(ours, theirs)) expect(distance, name).toBeLessThan(tolerance)
  })

  test.each(sizes)('in bf16 are as near to fp32 as those of the CPU on %s', async (_, channels, net) => {
    const layers = place(net.product, channels)
    const exact = await probed(layers, net, {})
    const theirs = distances(await probed(layers, net, { precision: 'bf16' }), exact)
    const ours = distances(await probed(layers, net, { precision: 'bf16', blockKernels: true }), exact)
    for (const [name, distance] of ours) expect(distance, name).toBeLessThan(2 * theirs.get(name)! + 0.03)
  })
})

test.each(['fp32', 'bf16'] as const)('a bias before a norm moves its running mean alone, in %s', async (precision) => {
  const net = pixels(10, 31, 31)
  const layers = [net.product('stem', 8, true), batchNorm({ name: 'norm' })]
  const found = await probed(layers, net, { blockKernels: true, precision })
  expect(found.get('gradient of stem.bias')).toEqual(new Float32Array(8))
  expect(norm(found.get('gradient of stem.weight')!)).toBeGreaterThan(0)
  const expected = await probed(layers, net, { precision })
  const mean = 'norm.running_mean'
  expect(relativeDistance(found.get(mean)!, expected.get(mean)!)).toBeLessThan(precision === 'bf16' ? 2 ** -8 : 1e-6)
})

test.each([3, 8])('block kernels on %d channels give the same bits with two threads', async (channels) => {
  const net = { examples: 10, inputShape: [channels, 31, 31], end: [globalAveragePool({ name: 'pool' })] }
  const layers = [batchNorm({ name: 'norm' }), relu({ name: 'relu' }), dropout({ name: 'dropout', rate: 0.3 })]
  const one = await probed(layers, net, { blockKernels: true, threads: 1 })
  const two = await probed(layers, net, { blockKernels: true, threads: 2 })
  for (const [name, data] of one) expect(sameBits(data, two.get(name)!), name).toBe(true)
})

describe.each<[string, SmallSpec]>([
  ['a ResNet', { layers: [...resnet32({ depth: 8, classes: 4 }).layers] }],
  [
    'a wide ResNet with dropout',
    { layers: [...wideResnet28x10({ depth: 10, widenFactor: 1, dropout: 0.3, classes: 4 }).layers] },
  ],
])('%s with block kernels', (_, model) => {
  const spec: SmallSpec = {
    ...model,
    inputShape: [3, 12, 12],
    optimizer: layca(sgd({ momentum: 0.9 })),
    data: {
      mean: Float64Array.of(120),
      deviation: Float64Array.of(64),
      train: randomSplit(21, 1, 432),
      test: randomSplit(10, 2, 432),
    },
  }

  test('trains as on the CPU', async () => {
    const [cpu, block] = [await smallTrainer(spec), await smallTrainer({ ...spec, blockKernels: true })]
    const before = await weightsByName(cpu)
    for (let i = 0; i < 2; i++) {
      const epoch = { rate: 0.01, augmentationKey: i }
      const [theirs, ours] = [await trainEpoch(cpu, epoch), await trainEpoch(block, epoch)]
      expect(relativeDistance(ours.losses, theirs.losses)).toBeLessThan(1e-5)
    }
    const theirs = await weightsByName(cpu)
    for (const [name, weights] of await weightsByName(block)) {
      const expected = theirs.get(name)!
      const moved = norm(combine(1, expected, -1, before.get(name)!))
      expect(norm(combine(1, weights, -1, expected)), name).toBeLessThanOrEqual(1e-3 * moved + 1e-6)
    }
    expect((await block.evaluate('test', 5)).loss).toBeCloseTo((await cpu.evaluate('test', 5)).loss, 4)
  })
})
