import { describe, expect, test } from 'vitest'
import { conv, dense, dropout, flatten, globalAveragePool, relu, type LayerSpec } from '../../src/model/layers.js'
import { adam } from '../../src/optimizer/rules/adam.js'
import { layca } from '../../src/optimizer/controls/layca.js'
import { failure } from '../support/failure.js'
import { allKernels } from './support/kernels.js'
import {
  perceptron,
  randomSplit,
  smallTrainer,
  tensor,
  trainEpoch,
  weightsByName,
  type SmallSpec,
} from './support/small-trainer.js'
import { combine, norm, relativeDistance } from './support/vectors.js'

/** Networks in which an example does not see the others of its batch. */
const independent: Record<string, SmallSpec> = {
  'a perceptron': { layers: perceptron.filter(({ type }) => type !== 'batchNorm') },
  'a convolution of shifted images': {
    inputShape: [3, 9, 11],
    layers: [
      conv({ name: 'conv0', filters: 8, kernel: 3 }),
      relu({ name: 'relu0' }),
      globalAveragePool({ name: 'pool' }),
      dense({ name: 'dense0', units: 4 }),
    ],
    augmentation: { shift: 3, flip: true },
    optimizer: layca(adam()),
    data: {
      mean: Float64Array.of(120, 130, 140),
      deviation: Float64Array.of(60, 65, 70),
      train: randomSplit(21, 1, 297),
      test: randomSplit(10, 2, 297),
    },
  },
}

describe.each(Object.entries(independent))('the gradients of the parts of a batch, on %s,', (_, spec) => {
  // Batches of 9, 9 and 3 images in parts of 4, 4 and 1, or of 3.
  test.each([4, 3, 1])('add up to those of the batch, in parts of %d', async (microBatch) => {
    for (const kernels of allKernels) {
      const [parts, whole] = [
        await smallTrainer({ ...spec, ...kernels, microBatch }),
        await smallTrainer({ ...spec, ...kernels }),
      ]
      const before = await weightsByName(whole)
      for (let epoch = 0; epoch < 2; epoch++) {
        const request = { augmentationKey: epoch, rate: 0.01, recorded: true }
        const [found, expected] = [await trainEpoch(parts, request), await trainEpoch(whole, request)]
        expect(found).toMatchObject({ status: 'finished', steps: 3, warnings: [] })
        expect(relativeDistance(found.losses, expected.losses)).toBeLessThan(1e-6)
        expect(found.loss).toBeCloseTo(expected.loss, 6)
        expect(found.accuracy).toBeCloseTo(expected.accuracy, 12)
        expect(found.sums.examples).toBe(21)
        expect(relativeDistance(found.records.gradient_norm, expected.records.gradient_norm)).toBeLessThan(1e-4)
      }
      const expected = await weightsByName(whole)
      for (const [name, weights] of await weightsByName(parts)) {
        const moved = norm(combine(1, expected.get(name)!, -1, before.get(name)!))
        const apart = norm(combine(1, weights, -1, expected.get(name)!))
        expect(apart, name).toBeLessThanOrEqual(2e-4 * moved + 1e-6)
      }
    }
  })

  test('change no bit if no batch is larger than a part', async () => {
    for (const kernels of allKernels) {
      const [parts, whole] = [
        await smallTrainer({ ...spec, ...kernels, microBatch: 9 }),
        await smallTrainer({ ...spec, ...kernels }),
      ]
      const [found, expected] = [await trainEpoch(parts), await trainEpoch(whole)]
      expect(found).toEqual(expected)
      expect(await parts.weights()).toEqual(await whole.weights())
    }
  })
})

test('parts give the same bits again, on one thread and on two', async () => {
  for (const kernels of allKernels) {
    const results = []
    for (const threads of [1, 1, 2]) {
      const trainer = await smallTrainer({ ...kernels, microBatch: 4, threads })
      results.push([await trainEpoch(trainer, { recorded: true }), await trainer.weights()])
    }
    expect(results[1]).toEqual(results[0])
    if (!('preferAten' in kernels)) expect(results[2]).toEqual(results[0])
  }
})

test('batch normalisation moves its statistics with each part, as it does with batches of that size', async () => {
  for (const kernels of allKernels) {
    const [parts, small] = [await smallTrainer({ ...kernels, microBatch: 3 }), await smallTrainer(kernels)]
    await trainEpoch(parts, { batchSize: 9, rate: 0 })
    await trainEpoch(small, { batchSize: 3, rate: 0 })
    const expected = await weightsByName(small)
    const statistics = [...(await weightsByName(parts))].filter(([name]) => name.includes('running'))
    expect(statistics).toHaveLength(2)
    for (const [name, values] of statistics) {
      expect(relativeDistance(values, expected.get(name)!), name).toBeLessThan(1e-6)
    }
  }
})

test('in bf16, the parts’ gradients add up in fp32', async () => {
  const layers = perceptron.filter(({ type }) => type !== 'batchNorm')
  for (const kernels of allKernels) {
    const spec = { layers, precision: 'bf16', ...kernels } as const
    const [parts, whole] = [await smallTrainer({ ...spec, microBatch: 1 }), await smallTrainer(spec)]
    const before = await weightsByName(whole)
    for (const each of [parts, whole]) await trainEpoch(each, { batchSize: 21 })
    const expected = await weightsByName(whole)
    for (const [name, weights] of await weightsByName(parts)) {
      const moved = norm(combine(1, expected.get(name)!, -1, before.get(name)!))
      expect(norm(combine(1, weights, -1, expected.get(name)!)), name).toBeLessThan(0.01 * moved)
    }
  }
})

test('dropout draws anew in each part', async () => {
  // One pixel of value 1 behind dropout: the loss tells whether it passed.
  const one = { images: Uint8Array.of(1), labels: Int32Array.of(0) }
  const layers: LayerSpec[] = [
    flatten({ name: 'flatten' }),
    dropout({ name: 'dropout0', rate: 0.5 }),
    dense({ name: 'dense0', units: 2, bias: true }),
  ]
  const data = { mean: Float64Array.of(0), deviation: Float64Array.of(1), train: one, test: one }
  for (const kernels of allKernels) {
    const trainer = await smallTrainer({ inputShape: [1], classes: 2, layers, data, microBatch: 1, ...kernels })
    await trainer.setWeights([tensor('dense0.weight', [2, 1], [1, 0])])
    const { loss } = await trainEpoch(trainer, { order: new Int32Array(4000), batchSize: 4000, rate: 0 })
    const [dropped, kept] = [Math.log(2), Math.log1p(Math.exp(-2))]
    // Half of the parts; five deviations of the binomial distribution.
    expect(Math.abs((loss - kept) / (dropped - kept) - 0.5)).toBeLessThan(5 * Math.sqrt(0.25 / 4000))
  }
})

test('a loss that is not finite in one part ends the epoch before the update', async () => {
  for (const kernels of allKernels) {
    const trainer = await smallTrainer({
      layers: perceptron.filter(({ type }) => type !== 'batchNorm'),
      microBatch: 2,
      ...kernels,
    })
    const weights = (await trainer.weights()).map((each) =>
      each.name === 'dense1.weight' ? { ...each, data: each.data.map((value) => value * 3e38) } : each,
    )
    await trainer.setWeights(weights)
    const { status, steps, losses } = await trainEpoch(trainer)
    expect({ status, steps, losses: losses.length }).toEqual({ status: 'diverged', steps: 0, losses: 1 })
    expect(await trainer.weights()).toEqual(weights)
  }
})

test('the addon refuses parts of no example', async () => {
  const message = await failure(() => smallTrainer({ microBatch: 0 }))
  expect(message).toContain('microBatch: expected an integer of at least 1')
})
