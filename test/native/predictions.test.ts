import { describe, expect, test } from 'vitest'
import { conv, dense, flatten, relu } from '../../src/model/layers.js'
import { failure } from '../support/failure.js'
import { allKernels } from './support/kernels.js'
import { randomSplit, smallTrainer, trainEpoch } from './support/small-trainer.js'
import { sameBits } from './support/vectors.js'

describe.each(allKernels)('with %o', (kernels) => {
  test('predictions have the means of an evaluation and the logits of a probe', async () => {
    const trainer = await smallTrainer({ ...kernels, data: { validation: Int32Array.of(3, 4, 9) } })
    await trainEpoch(trainer, { batchSize: 9 })
    for (const [split, count, batch] of [
      ['train', 18, 5],
      ['validation', 3, 2],
      ['test', 10, 10],
    ] as const) {
      const { logits, losses, ...means } = await trainer.predict(split, batch)
      expect(means).toEqual(await trainer.evaluate(split, batch))
      expect([logits.length, losses.length]).toEqual([4 * count, count])
      expect(losses.reduce((sum, loss) => sum + loss, 0) / count).toBeCloseTo(means.loss, 12)
    }
    const { logits } = await trainer.probe(Int32Array.of(3, 4, 9), 'evaluate')
    expect(sameBits((await trainer.predict('validation', 3)).logits, logits)).toBe(true)
  })

  test('fp32 images train as the same images of bytes do', async () => {
    const layers = [
      conv({ name: 'conv0', filters: 3, kernel: 3, padding: 'same' }),
      relu({ name: 'relu0' }),
      flatten({ name: 'flatten' }),
      dense({ name: 'dense0', units: 4 }),
    ]
    const shape = { layers, inputShape: [2, 4, 5], augmentation: { shift: 1, flip: true } }
    const statistics = { mean: Float64Array.of(100, 130), deviation: Float64Array.of(70, 80) }
    const [train, validated] = [randomSplit(21, 1, 40), randomSplit(10, 2, 40)]
    const bytes = await smallTrainer({ ...kernels, ...shape, data: { ...statistics, train, test: validated } })
    const floats = await smallTrainer({
      ...{ ...kernels, ...shape },
      data: {
        ...statistics,
        train: { ...train, images: Float32Array.from(train.images) },
        test: { ...validated, images: Float32Array.from(validated.images) },
      },
    })
    for (const trainer of [bytes, floats]) await trainEpoch(trainer, { batchSize: 7 })
    const [expected, found] = [await bytes.predict('test', 4), await floats.predict('test', 4)]
    for (const [i, logit] of expected.logits.entries()) expect(found.logits[i]).toBeCloseTo(logit, 5)
    for (const { name, data } of await bytes.weights()) {
      const other = (await floats.weights()).find((tensor) => tensor.name === name)!
      for (const [i, weight] of data.entries()) expect(other.data[i]).toBeCloseTo(weight, 5)
    }
  })
})

test('fp32 images enter a perceptron as they are', async () => {
  const [train, validated] = [randomSplit(21, 1), randomSplit(10, 2)]
  const halved = (images: ArrayLike<number>) => Float32Array.from(images, (pixel) => pixel / 2)
  const bytes = await smallTrainer({ data: { train, test: validated } })
  const floats = await smallTrainer({
    data: {
      mean: Float64Array.of(33.3 / 2),
      deviation: Float64Array.of(78.6 / 2),
      train: { ...train, images: halved(train.images) },
      test: { ...validated, images: halved(validated.images) },
    },
  })
  const { logits } = await bytes.predict('test', 10)
  for (const [i, logit] of (await floats.predict('test', 10)).logits.entries()) expect(logit).toBeCloseTo(logits[i]!, 5)
})

test('images of one split cannot be bytes and those of the other fp32', async () => {
  const data = { test: { ...randomSplit(10, 2), images: new Float32Array(350) } }
  expect(await failure(() => smallTrainer({ data }))).toContain('data.test.images: expected a Uint8Array')
})
