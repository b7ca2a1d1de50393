import { describe, expect, test } from 'vitest'
import { conv, dense, flatten, globalAveragePool, relu, type LayerSpec } from '../../src/model/layers.js'
import { expectAgreement } from './support/agreement.js'
import { allImages, imageTrainer, logits, randomise, type ImageModel } from './support/image-model.js'
import { type SmallSpec } from './support/small-trainer.js'
import { relativeDistance, sameBits } from './support/vectors.js'

// Convolutions of 3 × 3 with many channels take 16 multiplications a tile of 2 × 2 outputs in place of 36, on CPUs with AVX-512.

type Window = { padding: number | 'same' | [number, number]; stride?: number }

/** Two 3 × 3 convolutions of many channels, the second one without a bias, behind one that makes the channels. */
const stack = (channels: number, filters: number, window: Window): LayerSpec[] => [
  conv({ name: 'channels', filters: channels, kernel: 1 }),
  conv({ name: 'conv0', filters, kernel: 3, ...window }),
  relu({ name: 'relu' }),
  conv({ name: 'conv1', filters: channels, kernel: 3, padding: 1, bias: false }),
  globalAveragePool({ name: 'pool' }),
  dense({ name: 'dense', units: 4 }),
]

// From 64 channels on activations are computed so, from 128 on the gradients of weights, too.
const geometries: [string, number, number, [number, number], Window][] = [
  ['pixels of whole tiles', 64, 64, [4, 6], { padding: 1 }],
  ['an odd number of rows and columns', 64, 80, [3, 5], { padding: 1 }],
  ['an odd number of rows and columns, and more channels', 128, 144, [3, 5], { padding: 1 }],
  ['fewer pixels than a patch', 128, 128, [2, 2], { padding: 1 }],
  ['one pixel', 80, 64, [1, 1], { padding: 1 }],
  ['one column', 128, 128, [5, 1], { padding: 1 }],
  ['no padding', 144, 128, [4, 5], { padding: 0 }],
  ['a padding of 2', 128, 128, [3, 2], { padding: 2 }],
  ['a padding of its own for columns', 128, 128, [3, 4], { padding: [2, 0] }],
  ["'same'", 64, 128, [3, 4], { padding: 'same' }],
  // These are too narrow, or skip pixels, and are convolved directly.
  ['channels that do not fill vectors', 72, 65, [4, 4], { padding: 1 }],
  ['a stride', 64, 64, [5, 5], { padding: 1, stride: 2 }],
]

describe('3 × 3 convolutions of many channels', () => {
  const fewChannels = geometries.filter(([, channels, filters]) => channels * filters <= 80 * 80)
  test.each(fewChannels)('equal their definition with %s', async (_, channels, filters, size, window) => {
    await expectAgreement({ layers: stack(channels, filters, window), inputShape: [3, ...size] }, { threads: 2 })
  })

  /** The logits and gradients of a step on all images with random weights. */
  async function step(model: ImageModel, options: SmallSpec) {
    const { trainer } = await imageTrainer(model, options)
    await randomise(trainer)
    const { logits, gradients } = await trainer.probe(allImages, 'train')
    return new Map([['logits', logits], ...gradients.map(({ name, data }) => [name, data] as const)])
  }

  test.each(geometries)('have the gradients of direct ones with %s', async (_, channels, filters, size, window) => {
    const model: ImageModel = { layers: stack(channels, filters, window), inputShape: [3, ...size] }
    const direct = await step(model, { memoryFormat: 'contiguous' })
    for (const [name, data] of await step(model, { threads: 2 })) {
      expect(relativeDistance(data, direct.get(name)!), name).toBeLessThan(1e-5)
    }
    const inBf16 = await step(model, { threads: 2, precision: 'bf16' })
    for (const [name, data] of inBf16) expect(relativeDistance(data, direct.get(name)!), name).toBeLessThan(0.1)
  })

  test('are more exact than sums of the products one after the other in fp32', async () => {
    const [channels, filters, size] = [256, 64, 5]
    const layers = [
      conv({ name: 'channels', filters: channels, kernel: 1 }),
      conv({ name: 'conv0', filters, kernel: 3, padding: 1, bias: false }),
      flatten({ name: 'flatten' }),
    ]
    const inputs = { layers: [layers[0]!, layers[2]!], inputShape: [3, size, size] satisfies ImageModel['inputShape'] }
    const { actual: x } = await logits(inputs)
    const { trainer } = await imageTrainer({ layers, inputShape: inputs.inputShape })
    await randomise(trainer)
    const weight = (await trainer.weights()).find(({ name }) => name === 'conv0.weight')!.data
    const { logits: ours } = await trainer.probe(allImages, 'evaluate')
    const exact = new Float64Array(ours.length)
    const summed = new Float32Array(ours.length)
    for (let i = 0; i < ours.length; i++) {
      const [image, filter] = [Math.floor(i / (filters * size ** 2)), Math.floor(i / size ** 2) % filters]
      const [row, column] = [Math.floor(i / size) % size, i % size]
      for (let c = 0; c < channels; c++) {
        for (let tap = 0; tap < 9; tap++) {
          const [y, z] = [row + Math.floor(tap / 3) - 1, column + (tap % 3) - 1]
          if (y < 0 || y >= size || z < 0 || z >= size) continue
          const product =
            x[((image * channels + c) * size + y) * size + z]! * weight[(filter * channels + c) * 9 + tap]!
          exact[i]! += product
          summed[i] = summed[i]! + Math.fround(product)
        }
      }
    }
    expect(relativeDistance(ours, exact)).toBeLessThan(relativeDistance(summed, exact))
  })

  test('give the same bits again, and on any number of threads', async () => {
    const model: ImageModel = { layers: stack(128, 128, { padding: 1 }), inputShape: [3, 20, 20] }
    const [one, two, again] = [
      await step(model, { threads: 1 }),
      await step(model, { threads: 2 }),
      await step(model, { threads: 2 }),
    ]
    for (const [name, data] of two) expect(sameBits(data, again.get(name)!), name).toBe(true)
    // The gradients of the weights and all before them; biases and dense layers are sums that are split among threads.
    for (const name of ['logits', 'conv0.weight', 'conv1.weight']) {
      expect(sameBits(two.get(name)!, one.get(name)!), name).toBe(true)
    }
  })
})
