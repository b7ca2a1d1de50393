import { describe, expect, test } from 'vitest'
import {
  averagePool,
  conv,
  dense,
  flatten,
  globalAveragePool,
  maxPool,
  type LayerSpec,
} from '../../src/model/layers.js'
import { expectAgreement } from './support/agreement.js'
import { allImages, imageTrainer, logits, randomise, type ImageModel } from './support/image-model.js'
import { tensor } from './support/small-trainer.js'
import { relativeDistance } from './support/vectors.js'

type Shape = [number, number, number]
type Options = Omit<Parameters<typeof maxPool>[0], 'name'>

const behindConvolution = (...layers: LayerSpec[]): LayerSpec[] => [
  conv({ name: 'conv0', filters: 4, kernel: 1 }),
  ...layers,
  flatten({ name: 'flatten' }),
]

const cases: [string, Options, Shape][] = [
  ['2 × 2', { size: 2 }, [3, 6, 4]],
  ['2 × 2 of an odd size', { size: 2 }, [3, 7, 5]],
  ['3 × 3, stride 2', { size: 3, stride: 2 }, [3, 7, 6]],
  ['3 × 2, stride 1 × 3', { size: [3, 2], stride: [1, 3] }, [3, 6, 5]],
  ['3 × 3, stride 2, padded by 1', { size: 3, stride: 2, padding: 1 }, [3, 7, 6]],
  ["'same', 3 × 3", { size: 3, stride: 1, padding: 'same' }, [3, 6, 5]],
  ["'same', 3 × 3, stride 2", { size: 3, stride: 2, padding: 'same' }, [3, 6, 5]],
  ["'same', 2 × 2, stride 1", { size: 2, stride: 1, padding: 'same' }, [3, 6, 5]],
  ["'same', 2 × 2 of an odd size", { size: 2, padding: 'same' }, [3, 7, 5]],
  ["'same', 4 × 3, stride 3 × 2", { size: [4, 3], stride: [3, 2], padding: 'same' }, [3, 7, 6]],
  ["'same', larger than the image", { size: 6, stride: 2, padding: 'same' }, [3, 4, 3]],
]

describe.each([
  ['a max pool', maxPool],
  ['an average pool', averagePool],
])('%s', (_, pool) => {
  test.each(cases)('%s equals its definition', async (_, options, inputShape) => {
    const layers = behindConvolution(pool({ name: 'pool0', ...options }))
    for (const blockKernels of [false, true]) {
      for (const memoryFormat of ['channelsLast', 'contiguous'] as const) {
        const { actual, expected } = await logits({ layers, inputShape }, 'evaluate', { memoryFormat, blockKernels })
        expect(actual).toHaveLength(expected.length)
        expect(relativeDistance(actual, expected), memoryFormat).toBeLessThan(1e-6)
      }
    }
  })

  // 5 channels are taken one by one, 8 in fours or at once.
  describe.each([5, 8])('over %d channels, with block kernels,', (filters) => {
    const model = (options: Options, inputShape: Shape): ImageModel => ({
      layers: [
        conv({ name: 'conv0', filters, kernel: 1 }),
        pool({ name: 'pool0', ...options }),
        flatten({ name: 'flatten' }),
        dense({ name: 'dense0', units: 4 }),
      ],
      inputShape,
    })

    test.each(cases)('%s has the gradients of its definition', async (_, options, inputShape) => {
      await expectAgreement(model(options, inputShape), { blockKernels: true })
    })

    test.each(cases)('%s does in bf16 what it does on the CPU', async (_, options, inputShape) => {
      const probes = []
      for (const blockKernels of [false, true]) {
        const { trainer } = await imageTrainer(model(options, inputShape), { precision: 'bf16', blockKernels })
        await randomise(trainer)
        probes.push(await trainer.probe(allImages, 'train'))
      }
      expect(relativeDistance(probes[1]!.logits, probes[0]!.logits)).toBeLessThan(2 ** -7)
      for (const [i, { name, data }] of probes[0]!.gradients.entries()) {
        expect(relativeDistance(probes[1]!.gradients[i]!.data, data), name).toBeLessThan(2 ** -5)
      }
    })
  })
})

test('the gradient of a max pool goes to the first of equal values, and to a pixel of many windows from each', async () => {
  const layers = behindConvolution(maxPool({ name: 'pool0', size: 3, stride: 1, padding: 1 }))
  const found = []
  for (const kernels of [{}, { blockKernels: true }]) {
    const { trainer } = await imageTrainer({ layers, inputShape: [2, 5, 4] }, kernels)
    await trainer.setWeights([
      tensor('conv0.weight', [4, 2, 1, 1], [1, 0, 0, 1, 0, 0, -1, 1]),
      tensor('conv0.bias', [4], [0, 0, 1, 0]),
    ])
    found.push((await trainer.probe(allImages, 'train')).gradients.map(({ data }) => data))
  }
  for (const [i, expected] of found[0]!.entries()) expect(relativeDistance(found[1]![i]!, expected)).toBeLessThan(1e-6)
})

test('padding is never the largest value', async () => {
  const layers = behindConvolution(maxPool({ name: 'pool0', size: 2, stride: 1, padding: 'same' }))
  const { trainer } = await imageTrainer({ layers, inputShape: [1, 3, 3] })
  await trainer.setWeights([
    tensor('conv0.weight', [4, 1, 1, 1], [0, 0, 0, 0]),
    tensor('conv0.bias', [4], [-3, -3, -3, -3]),
  ])
  expect(new Set((await trainer.probe(allImages, 'evaluate')).logits)).toEqual(new Set([-3]))
})

// 5 channels are taken one by one, 8 in fours.
describe.each([5, 8])('a global average pool of %d channels', (filters) => {
  const layers = [conv({ name: 'conv0', filters, kernel: 1 }), globalAveragePool({ name: 'pool0' })]
  const model: ImageModel = { layers, inputShape: [3, 7, 5] }

  test.each([{}, { blockKernels: true }, { preferAten: true }])('gives the mean of each with %j', async (kernels) => {
    const { actual, expected } = await logits(model, 'evaluate', kernels)
    expect(actual).toHaveLength(6 * filters)
    expect(relativeDistance(actual, expected)).toBeLessThan(1e-6)
  })

  test.each(['fp32', 'bf16'] as const)('has the same gradient from block kernels in %s', async (precision) => {
    const probes = []
    for (const kernels of [{}, { blockKernels: true }]) {
      const { trainer } = await imageTrainer(model, { precision, ...kernels })
      probes.push(await trainer.probe(allImages, 'train'))
    }
    expect(probes[1]!.logits).toEqual(probes[0]!.logits)
    for (const [i, { name, data }] of probes[0]!.gradients.entries()) {
      // In bf16 the gradient of the bias is rounded differently.
      const tolerance = precision === 'bf16' ? 2 ** -8 : 1e-6
      expect(relativeDistance(probes[1]!.gradients[i]!.data, data), name).toBeLessThan(tolerance)
    }
  })
})
