import { describe, expect, test } from 'vitest'
import {
  batchNorm,
  conv,
  dense,
  flatten,
  globalAveragePool,
  maxPool,
  relu,
  residual,
  type LayerSpec,
} from '../../src/model/layers.js'
import { allImages, imageTrainer, randomise, type ImageModel } from './support/image-model.js'
import { integers } from './support/random.js'
import { tensor, type SmallSpec } from './support/small-trainer.js'
import { relativeDistance, sameBits } from './support/vectors.js'

/**
 * Returns what a training step on all six images gives and changes, with random weights that depend on the model alone.
 */
async function step(model: ImageModel, options: SmallSpec) {
  const { trainer } = await imageTrainer(model, options)
  await randomise(trainer)
  const { logits, gradients } = await trainer.probe(allImages, 'train')
  return new Map([['logits', logits], ...gradients.map(({ name, data }) => [name, data] as const)])
}

async function expectNear(model: ImageModel, actual: SmallSpec, expected: SmallSpec, tolerance: number) {
  const reference = await step(model, expected)
  const values = await step(model, actual)
  expect([...values.keys()]).toEqual([...reference.keys()])
  for (const [name, data] of values) {
    expect(relativeDistance(data, reference.get(name)!), name).toBeLessThan(tolerance)
  }
}

describe('channelsLast kernels', () => {
  // Rows of 16 channels are taken many at a time, 19 and 100 do not fill vector registers, 640 is more than a block.
  const model = (channels: number): ImageModel => ({
    inputShape: [3, 9, 7],
    layers: [
      conv({ name: 'conv0', filters: channels, kernel: 1 }),
      relu({ name: 'relu0' }),
      batchNorm({ name: 'norm0' }),
      maxPool({ name: 'pool0', size: 2 }),
      residual({ name: 'sum', layers: [conv({ name: 'conv1', filters: channels, kernel: 1 })] }),
      relu({ name: 'relu1' }),
      batchNorm({ name: 'norm1', scale: false, shift: false }),
      relu({ name: 'relu2' }),
      globalAveragePool({ name: 'average' }),
      dense({ name: 'dense0', units: 4 }),
    ],
  })

  test.each([5, 16, 19, 100, 640])('agree with those of contiguous memory, %i channels', async (channels) => {
    const contiguous = { memoryFormat: 'contiguous' } as const
    await expectNear(model(channels), { threads: 2 }, contiguous, 1e-4)
    const bf16 = { precision: 'bf16' } as const
    await expectNear(model(channels), { ...bf16, threads: 2 }, { ...bf16, ...contiguous }, 0.03)
  })

  test.each(['fp32', 'bf16'] as const)('give the same bits on any number of threads in %s', async (precision) => {
    const layers: LayerSpec[] = [
      conv({ name: 'conv0', filters: 24, kernel: 1 }),
      relu({ name: 'relu0' }),
      batchNorm({ name: 'norm0' }),
      maxPool({ name: 'pool0', size: 2 }),
      batchNorm({ name: 'norm1' }),
      relu({ name: 'relu1' }),
      globalAveragePool({ name: 'average' }),
    ]
    const inputShape: [number, number, number] = [3, 40, 40]
    const [one, two, three] = await Promise.all(
      [1, 2, 3].map((threads) => step({ layers, inputShape }, { precision, threads })),
    )
    for (const name of ['logits', 'norm0.weight', 'norm0.bias', 'norm1.weight', 'norm1.bias']) {
      expect(sameBits(one!.get(name)!, two!.get(name)!), name).toBe(true)
      expect(sameBits(one!.get(name)!, three!.get(name)!), name).toBe(true)
    }
  })
})

/** Round to nearest, ties to even, to the 8 bits of bf16; for integers below 2²⁴. */
function roundToBf16(x: number): number {
  const unit = 2 ** Math.max(0, Math.floor(Math.log2(Math.abs(x) || 1)) - 7)
  const [below, rest] = [Math.floor(x / unit), x / unit - Math.floor(x / unit)]
  const up = rest > 0.5 || (rest === 0.5 && below % 2 !== 0)
  return (below + Number(up)) * unit
}

// Convolutions in bf16 are matrix products if a small image meets many weights.
describe('a convolution of small images in bf16', () => {
  type Geometry = { channels: number; size: number; filters: number; kernel: number; stride: number; padding: number }
  const geometries: [string, Geometry][] = [
    ['3 × 3', { channels: 64, size: 2, filters: 480, kernel: 3, stride: 1, padding: 1 }],
    ['3 × 3, stride 2', { channels: 64, size: 4, filters: 480, kernel: 3, stride: 2, padding: 1 }],
    ['2 × 2, stride 3', { channels: 64, size: 4, filters: 256, kernel: 2, stride: 3, padding: 0 }],
    ['4 × 4 as large as the image', { channels: 64, size: 4, filters: 64, kernel: 4, stride: 1, padding: 0 }],
    ['1 × 1', { channels: 256, size: 1, filters: 256, kernel: 1, stride: 1, padding: 0 }],
    ['1 × 1, stride 2', { channels: 256, size: 3, filters: 1024, kernel: 1, stride: 2, padding: 0 }],
  ]

  test.each(geometries)('%s multiplies and adds exactly', async (_, { channels, size, ...options }) => {
    const model: ImageModel = {
      inputShape: [channels, size, size],
      layers: [conv({ name: 'conv0', ...options }), flatten({ name: 'flatten' })],
    }
    const { trainer, input } = await imageTrainer(model, { precision: 'bf16', threads: 2 })
    const [weight, bias] = await trainer.weights()
    const weights = integers(weight!.data.length, 5, 1).map((n) => n - 2)
    const biases = integers(bias!.data.length, 9, 2)
    await trainer.setWeights([
      tensor('conv0.weight', weight!.shape, weights),
      tensor('conv0.bias', [biases.length], biases),
    ])
    const { logits } = await trainer.probe(allImages, 'evaluate')
    expect(Array.from(logits)).toEqual(convolved(input.examples, weights, biases, { channels, size, ...options }))
  })

  /** Convolves images of multiples of 1/64 from −2 to 2, which bf16 holds exactly. */
  function convolved(images: Float64Array[], weights: number[], biases: number[], geometry: Geometry): number[] {
    const { channels, size, filters, kernel, stride, padding } = geometry
    const outputs = Math.floor((size + 2 * padding - kernel) / stride) + 1
    return images.flatMap((image) =>
      Array.from({ length: filters * outputs * outputs }, (_, place) => {
        const filter = Math.floor(place / outputs ** 2)
        const [top, left] = [Math.floor((place % outputs ** 2) / outputs), place % outputs].map(
          (n) => n * stride - padding,
        )
        let sum = 64 * biases[filter]!
        for (let c = 0; c < channels; c++) {
          for (let dy = 0; dy < kernel; dy++) {
            for (let dx = 0; dx < kernel; dx++) {
              const [y, x] = [top! + dy, left! + dx]
              if (y < 0 || y >= size || x < 0 || x >= size) continue
              sum +=
                64 * image[(c * size + y) * size + x]! * weights[((filter * channels + c) * kernel + dy) * kernel + dx]!
            }
          }
        }
        return roundToBf16(sum) / 64
      }),
    )
  }

  test.each(geometries)('%s has the gradients of fp32', async (_, { channels, size, ...options }) => {
    const layers = [
      conv({ name: 'conv0', filters: channels, kernel: 1, bias: false }),
      conv({ name: 'conv1', ...options }),
      globalAveragePool({ name: 'average' }),
    ]
    const model: ImageModel = { inputShape: [3, size, size], layers }
    await expectNear(model, { precision: 'bf16', threads: 2 }, { memoryFormat: 'contiguous' }, 0.02)
  })
})
