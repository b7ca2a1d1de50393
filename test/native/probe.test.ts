import { describe, expect, test } from 'vitest'
import { layca } from '../../src/optimizer/controls/layca.js'
import { sgd } from '../../src/optimizer/rules/sgd.js'
import { failure } from '../support/failure.js'
import { ReferenceNetwork } from './support/reference-network.js'
import { perceptron, smallSpec, smallTrainer, trainEpoch } from './support/small-trainer.js'
import { relativeDistance } from './support/vectors.js'

const indices = Int32Array.of(20, 3, 3, 17, 8)

/** The images at `indices`, normalised, and their labels. */
function batch() {
  const { mean, deviation, train } = smallSpec().data
  const input = Array.from(indices, (n) =>
    Float64Array.from(train.images.subarray(n * 35, (n + 1) * 35), (pixel) => (pixel - mean[0]!) / deviation[0]!),
  )
  return { input, labels: Array.from(indices, (n) => train.labels[n]!) }
}

describe('a probe', () => {
  test('in training mode tells logits, loss and gradients, as fp64 does', async () => {
    const trainer = await smallTrainer()
    const reference = new ReferenceNetwork(perceptron, await trainer.weights())
    const { input, labels } = batch()
    const expected = reference.train(input, labels)
    const { logits, loss, gradients } = await trainer.probe(indices, 'train')
    expect(loss / expected.loss).toBeCloseTo(1, 6)
    expect(
      relativeDistance(
        logits,
        expected.logits.flatMap((row) => [...row]),
      ),
    ).toBeLessThan(1e-5)
    expect(gradients.map(({ name, shape }) => [name, shape])).toEqual([
      ['dense0.weight', [11, 35]],
      ['dense0.bias', [11]],
      ['batchNorm0.weight', [11]],
      ['batchNorm0.bias', [11]],
      ['dense1.weight', [4, 11]],
      ['dense1.bias', [4]],
    ])
    for (const { name, data } of gradients) {
      // Batch norm takes away whatever the bias before it adds.
      if (name === 'dense0.bias') continue
      expect(relativeDistance(data, expected.gradients.get(name)!), name).toBeLessThan(1e-5)
    }
  })

  test('in evaluation mode tells logits and loss', async () => {
    const trainer = await smallTrainer()
    await trainEpoch(trainer)
    const reference = new ReferenceNetwork(perceptron, await trainer.weights())
    const { input, labels } = batch()
    const expected = reference.evaluate(input, labels)
    const { logits, loss, gradients } = await trainer.probe(indices, 'evaluate')
    expect(loss / expected.loss).toBeCloseTo(1, 5)
    expect(
      relativeDistance(
        logits,
        expected.logits.flatMap((row) => [...row]),
      ),
    ).toBeLessThan(1e-5)
    expect(gradients).toEqual([])
  })

  test('moves running statistics in training mode, and nothing else', async () => {
    const [trainer, stepped] = [await smallTrainer(), await smallTrainer()]
    await trainer.probe(indices, 'train')
    await trainer.probe(indices, 'evaluate')
    await trainEpoch(stepped, { order: indices, batchSize: 5, rate: 0 })
    expect(await trainer.weights()).toEqual(await stepped.weights())
    expect(await trainEpoch(trainer)).toEqual(await trainEpoch(stepped))
    expect(await trainer.weights()).toEqual(await stepped.weights())
  })

  test('has no gradients of parameters that are not trained', async () => {
    const trainer = await smallTrainer({ optimizer: layca(sgd()) })
    const { gradients } = await trainer.probe(indices, 'train')
    expect(gradients.map(({ name }) => name)).toEqual(['dense0.weight', 'dense1.weight'])
  })

  test.each<[string, Int32Array, 'train', string]>([
    ['no images', new Int32Array(0), 'train', 'indices: expected at least one example, found none'],
    ['an index beyond the data', Int32Array.of(0, 21), 'train', 'indices: index 21 is not in 0 … 20'],
    ['an unknown mode', indices, 'test' as 'train', 'mode: expected train or evaluate, found test'],
  ])('refuses %s', async (_, given, mode, message) => {
    const trainer = await smallTrainer()
    expect(await failure(() => trainer.probe(given, mode))).toBe(`INVALID_CONFIG: ${message}`)
  })
})

describe('the input', () => {
  test.each(['fp32', 'bf16'] as const)('can be timed, batch by batch, in %s', async (precision) => {
    const trainer = await smallTrainer({ precision, inputShape: [1, 7, 5], augmentation: { shift: 2, flip: true } })
    const before = await trainer.weights()
    const order = Int32Array.from({ length: 20 }, (_, i) => i)
    const times = await trainer.timeInput({ order, batchSizes: Int32Array.of(9, 1, 10), augmentationKey: 3 })
    expect(times).toHaveLength(3)
    for (const nanoseconds of times) expect(nanoseconds).toBeGreaterThan(0)
    expect(await trainer.weights()).toEqual(before)
  })

  test('refuses batches that are not those of its images', async () => {
    const trainer = await smallTrainer()
    const plan = { order: Int32Array.of(1, 2), batchSizes: Int32Array.of(3), augmentationKey: 0 }
    expect(await failure(() => trainer.timeInput(plan))).toBe(
      'INVALID_CONFIG: batchSizes: expected 2 images in all, the length of order, found 3',
    )
  })
})
