import { describe, expect, test } from 'vitest'
import { batchNorm, dense, dropout, flatten, relu, type LayerSpec } from '../../src/model/layers.js'
import type { Split } from '../../src/data/split.js'
import type { EvaluationProgress, NativeTrainer } from '../../src/native/contract.js'
import { layca } from '../../src/optimizer/controls/layca.js'
import { sgd } from '../../src/optimizer/rules/sgd.js'
import { testDeviceName } from '../support/device.js'
import { failure } from '../support/failure.js'
import { ReferenceNetwork } from './support/reference-network.js'
import {
  perceptron,
  randomSplit,
  smallSpec,
  smallTrainer,
  tensor,
  trainEpoch,
  weightsByName,
  type ImageSpec,
  type SmallSpec,
} from './support/small-trainer.js'
import { normals } from './support/random.js'
import { cosineDistance, relativeDistance, sameBits } from './support/vectors.js'
import { allKernels } from './support/kernels.js'

const { test: testSplit, ...statistics } = smallSpec().data
const [mean, deviation] = [statistics.mean[0]!, statistics.deviation[0]!]

/** The images at `indices`, normalised, one row each, and their labels. */
function batchOf({ images, labels }: Split, indices: readonly number[]) {
  const pixels = images.length / labels.length
  return {
    input: indices.map((n) =>
      Float64Array.from(images.subarray(n * pixels, (n + 1) * pixels), (pixel) => (pixel - mean) / deviation),
    ),
    labels: indices.map((n) => labels[n]!),
  }
}

/** The images at `indices` as a split of their own. */
const part = ({ images, labels }: Split, indices: readonly number[]): Split => ({
  images: Uint8Array.from(indices.flatMap((n) => [...images.subarray(n * 35, (n + 1) * 35)])),
  labels: Int32Array.from(indices, (n) => labels[n]!),
})

const upTo = (n: number, from = 0) => Array.from({ length: n - from }, (_, i) => from + i)

/** A trainer whose biases and batch-norm parameters are no longer 0 and 1, and the same network in fp64. */
async function pair(
  spec: SmallSpec = {},
): Promise<{ trainer: NativeTrainer; reference: ReferenceNetwork; full: ImageSpec }> {
  const full = smallSpec(spec)
  const trainer = await smallTrainer(spec)
  const offset = (await trainer.weights())
    .filter(({ name }) => !name.startsWith('dense') || name.endsWith('bias'))
    .map(({ name, shape, data }, i) => {
      const draws = normals(data.length, 100 + i)
      return tensor(
        name,
        shape,
        data.map((x, at) => x + 0.2 * Math.abs(draws[at]!)),
      )
    })
  await trainer.setWeights(offset)
  return { trainer, reference: new ReferenceNetwork(full.layers, await trainer.weights()), full }
}

/** Trains both for an epoch and compares all that there is to see, to `tolerance` of itself. */
async function trainAlike(spec: SmallSpec, { batchSize = 9, tolerance = 1e-5 } = {}) {
  const { trainer, reference, full } = await pair(spec)
  const { train, test } = full.data
  const examples = train.labels.length
  const result = await trainEpoch(trainer, { order: Int32Array.from(upTo(examples)), batchSize })

  const total = { loss: 0, accuracy: 0 }
  for (let begin = 0; begin < examples; begin += batchSize) {
    const batch = batchOf(train, upTo(Math.min(begin + batchSize, examples), begin))
    const { loss, accuracy, gradients } = reference.train(batch.input, batch.labels)
    reference.descend(gradients, 0.1)
    expect(Math.abs(result.losses[begin / batchSize]! / loss - 1)).toBeLessThan(tolerance)
    total.loss += loss * batch.labels.length
    total.accuracy += accuracy * batch.labels.length
  }
  expect(result).toMatchObject({ status: 'finished', steps: Math.ceil(examples / batchSize) })
  expect(Math.abs(result.loss / (total.loss / examples) - 1)).toBeLessThan(tolerance)
  expect(result.accuracy).toBeCloseTo(total.accuracy / examples, 12)
  for (const [name, values] of await weightsByName(trainer)) {
    expect(relativeDistance(values, reference.state.get(name)!), name).toBeLessThan(tolerance)
  }

  const batch = batchOf(test, upTo(test.labels.length))
  const expected = reference.evaluate(batch.input, batch.labels)
  for (const size of [3, 1000]) {
    const { loss, accuracy } = await trainer.evaluate('test', size)
    expect(Math.abs(loss / expected.loss - 1)).toBeLessThan(tolerance)
    expect(accuracy).toBeCloseTo(expected.accuracy, 12)
  }
}

const withNorm = (options: Omit<Parameters<typeof batchNorm>[0], 'name'>): LayerSpec[] =>
  perceptron.map((layer) => (layer.type === 'batchNorm' ? batchNorm({ name: layer.name, ...options }) : layer))

const dense0 = dense({ name: 'dense0', units: 11 })
const dense1 = dense({ name: 'dense1', units: 4 })
const pixels = flatten({ name: 'flatten' })

describe('an epoch of SGD and an evaluation agree with fp64 for', () => {
  test.each<[string, LayerSpec[]]>([
    ['a perceptron with batch norm', perceptron],
    ['batch norm without scale', withNorm({ scale: false })],
    ['batch norm without shift', withNorm({ shift: false })],
    ['batch norm without both', withNorm({ scale: false, shift: false })],
    ['unbiased running variances', withNorm({ runningVariance: 'unbiased', momentum: 0.3 })],
    ['biased running variances', withNorm({ runningVariance: 'biased', momentum: 0.3 })],
    ['batch norm without a ReLU after it', perceptron.filter(({ type }) => type !== 'relu')],
    ['a ReLU without batch norm before it', perceptron.filter(({ type }) => type !== 'batchNorm')],
    ['one dense layer', [pixels, dense1]],
    [
      'dense layers without biases',
      [pixels, { ...dense0, bias: false }, relu({ name: 'relu0' }), { ...dense1, bias: false }],
    ],
    ['batch norm on the pixels', [pixels, batchNorm({ name: 'batchNorm0' }), dense1]],
    ['dropout at rate 0', [pixels, dropout({ name: 'dropout0', rate: 0 }), dense0, relu({ name: 'relu0' }), dense1]],
  ])('%s', async (_, layers) => {
    await trainAlike({ layers })
  })

  test('large images in two threads', async () => {
    const data = { train: randomSplit(21, 3, 784), test: randomSplit(10, 4, 784) }
    await trainAlike({ data, inputShape: [28, 28], threads: 2 })
  })

  test('large batches in two threads', async () => {
    await trainAlike({ data: { train: randomSplit(1500, 3) }, threads: 2 }, { batchSize: 1100 })
  })
})

describe('the gradient of every parameter, seen in one step at rate 1, agrees with fp64', () => {
  // The first dense layer of `direct` sees the bytes themselves, for which some CPUs have a faster way.
  const behind = [batchNorm({ name: 'batchNorm0' }), relu({ name: 'relu0' }), dense1]
  test.each<[string, LayerSpec[]]>([
    ['on pixels', [pixels, dense0, ...behind]],
    ['behind something that does nothing', [pixels, dropout({ name: 'dropout0', rate: 0 }), dense0, ...behind]],
  ])('of a dense layer %s', async (_, layers) => {
    const { trainer, reference, full } = await pair({ layers })
    const before = await weightsByName(trainer)
    await trainEpoch(trainer, { order: Int32Array.from(upTo(21)), batchSize: 21, rate: 1 })
    const after = await weightsByName(trainer)
    const batch = batchOf(full.data.train, upTo(21))
    const { gradients } = reference.train(batch.input, batch.labels)
    // Batch norm takes away whatever the bias before it adds.
    gradients.delete('dense0.bias')
    for (const [name, gradient] of gradients) {
      const step = before.get(name)!.map((value, i) => value - after.get(name)![i]!)
      expect(relativeDistance(step, gradient), name).toBeLessThan(1e-5)
    }
  })
})

test('the same dense layer on pixels and after a layer that does nothing trains alike', async () => {
  const data = { train: randomSplit(1500, 5, 784), test: randomSplit(10, 6, 784) }
  const trained = async (layers: LayerSpec[]) => {
    const trainer = await smallTrainer({ layers, data, inputShape: [28, 28], threads: 2 })
    await trainEpoch(trainer, { order: Int32Array.from(upTo(1500)), batchSize: 1100 })
    return weightsByName(trainer)
  }
  const direct = await trained([pixels, dense0, relu({ name: 'relu0' }), dense1])
  const plain = await trained([pixels, dropout({ name: 'dropout0', rate: 0 }), dense0, relu({ name: 'relu0' }), dense1])
  for (const [name, values] of direct) expect(relativeDistance(values, plain.get(name)!), name).toBeLessThan(1e-5)
})

describe('the loss', () => {
  /** A trainer whose logits are `bias` for every image. */
  async function constant(bias: number[]) {
    const trainer = await smallTrainer({ layers: [pixels, dense1] })
    await trainer.setWeights([
      tensor('dense1.weight', [4, 35], new Float32Array(140)),
      tensor('dense1.bias', [4], bias),
    ])
    return trainer
  }
  const share = (label: number) => testSplit.labels.filter((other) => other === label).length / testSplit.labels.length

  test('of equal logits is log(classes), and the first class is the answer', async () => {
    const { loss, accuracy } = await (await constant([0, 0, 0, 0])).evaluate('test', 10)
    expect(loss).toBeCloseTo(Math.log(4), 6)
    expect(accuracy).toBe(share(0))
  })

  test.each([1e4, 1e30])('of logits as large as %d is finite, and so is the step', async (large) => {
    const trainer = await constant([0, large, 0, 0])
    const { loss, accuracy } = await trainer.evaluate('test', 10)
    expect(loss / (large * (1 - share(1)))).toBeCloseTo(1, 6)
    expect(accuracy).toBe(share(1))
    expect((await trainEpoch(trainer)).status).toBe('finished')
    for (const values of (await weightsByName(trainer)).values()) expect(values.every(Number.isFinite)).toBe(true)
  })
})

describe('a batch of one example', () => {
  test.each(['biased', 'unbiased'] as const)('keeps %s running statistics finite', async (runningVariance) => {
    const { trainer, reference, full } = await pair({ layers: withNorm({ runningVariance, momentum: 0.3 }) })
    await trainEpoch(trainer, { order: Int32Array.of(7), batchSize: 9, rate: 0 })
    const batch = batchOf(full.data.train, [7])
    reference.train(batch.input, batch.labels)
    const weights = await weightsByName(trainer)
    for (const name of ['batchNorm0.running_mean', 'batchNorm0.running_var']) {
      expect(relativeDistance(weights.get(name)!, reference.state.get(name)!), name).toBeLessThan(1e-6)
    }
  })

  test('at the end of an epoch trains like any other', async () => {
    const { trainer } = await pair()
    const { status, losses } = await trainEpoch(trainer, { order: Int32Array.from(upTo(19)), batchSize: 9 })
    expect(status).toBe('finished')
    expect(losses).toHaveLength(3)
    const { loss } = await trainer.evaluate('test', 10)
    expect(loss).toBeGreaterThan(0)
  })
})

describe('an epoch', () => {
  test('visits the examples in the order that it is given', async () => {
    const { trainer, reference, full } = await pair()
    const order = [20, 3, 3, 17]
    const { losses } = await trainEpoch(trainer, { order: Int32Array.from(order), batchSize: 4, rate: 0 })
    const batch = batchOf(full.data.train, order)
    expect(losses[0]).toBeCloseTo(reference.train(batch.input, batch.labels).loss, 5)
  })

  test('takes batches of the sizes that it is given', async () => {
    const { trainer, reference, full } = await pair()
    const order = [20, 3, 5, 17, 3, 11]
    const batchSizes = Int32Array.of(2, 1, 3)
    const { steps, losses } = await trainEpoch(trainer, { order: Int32Array.from(order), batchSizes, rate: 0.1 })
    expect(steps).toBe(3)
    for (const [step, indices] of [[20, 3], [5], [17, 3, 11]].entries()) {
      const batch = batchOf(full.data.train, indices)
      const { loss, gradients } = reference.train(batch.input, batch.labels)
      reference.descend(gradients, 0.1)
      expect(losses[step]! / loss).toBeCloseTo(1, 5)
    }
  })

  test('takes the rate of each step and layer from its table; other parameters follow the layer before them', async () => {
    const { trainer } = await pair()
    const changed = async (rates: number[]) => {
      const before = await weightsByName(trainer)
      await trainEpoch(trainer, { rates: Float64Array.from(rates) })
      const after = await weightsByName(trainer)
      return [...before.keys()].filter((name) => !sameBits(before.get(name)!, after.get(name)!))
    }
    const statistics = ['batchNorm0.running_mean', 'batchNorm0.running_var']
    expect(await changed([0, 0, 0, 0, 0, 0])).toEqual(statistics)
    expect(await changed([0, 0, 0, 0.1, 0, 0])).toEqual([...statistics, 'dense1.weight', 'dense1.bias'])
    expect((await changed([0, 0, 0, 0, 0.1, 0])).sort()).toEqual(
      ['batchNorm0.bias', ...statistics, 'batchNorm0.weight', 'dense0.bias', 'dense0.weight'].sort(),
    )
  })

  test('under Layca trains the layers alone and turns each by atan(rate) a step', async () => {
    const { trainer } = await pair({ optimizer: layca(sgd({ momentum: 0.9 })) })
    const before = await weightsByName(trainer)
    const { records } = await trainEpoch(trainer, {
      rates: Float64Array.of(0.3, 0.1, 0.3, 0.1, 0.3, 0.1),
      recorded: true,
    })
    const after = await weightsByName(trainer)
    for (const [step, rate] of [0.3, 0.1, 0.3, 0.1, 0.3, 0.1].entries()) {
      expect(records.angle[step]).toBeCloseTo(Math.atan(rate), 6)
    }
    const changed = [...before.keys()].filter((name) => !sameBits(before.get(name)!, after.get(name)!))
    expect(changed).toEqual(['dense0.weight', 'batchNorm0.running_mean', 'batchNorm0.running_var', 'dense1.weight'])
  })

  test('records its steps, [steps][layers], when asked to', async () => {
    const trainer = await smallTrainer()
    const initial = await weightsByName(trainer)
    expect((await trainEpoch(trainer)).records.rotation).toHaveLength(0)
    const { records } = await trainEpoch(trainer, { recorded: true })
    const now = await weightsByName(trainer)
    expect(records.rotation).toHaveLength(6)
    for (const [layer, name] of ['dense0.weight', 'dense1.weight'].entries()) {
      const expected = cosineDistance(now.get(name)!, initial.get(name)!)
      expect(records.rotation[4 + layer]! / expected).toBeCloseTo(1, 6)
      expect((await trainer.rotation())[layer]! / expected).toBeCloseTo(1, 6)
    }
  })
})

test('evaluation changes nothing, and its batches do not matter', async () => {
  const { trainer } = await pair()
  const before = await weightsByName(trainer)
  const losses = []
  for (const batchSize of [1, 4, 10]) losses.push((await trainer.evaluate('test', batchSize)).loss)
  expect(Math.max(...losses) / Math.min(...losses)).toBeCloseTo(1, 6)
  for (const [name, values] of await weightsByName(trainer))
    expect(sameBits(values, before.get(name)!), name).toBe(true)
})

test('the training split can be evaluated too', async () => {
  const trainer = await smallTrainer({ data: { train: testSplit } })
  expect(await trainer.evaluate('train', 4)).toEqual(await trainer.evaluate('test', 4))
})

describe('images that validate', () => {
  const data = { train: randomSplit(21, 1), validation: Int32Array.of(17, 0, 5, 20) }
  const { validation } = data
  const remaining = upTo(21).filter((index) => !validation.includes(index))

  test.each(allKernels)('are evaluated apart from the others, from %j', async (kernels) => {
    const trainer = await smallTrainer({ data, ...kernels })
    for (const [split, indices] of [
      ['validation', [...validation]],
      ['train', remaining],
    ] as const) {
      const alone = await smallTrainer({ data: { test: part(data.train, indices) }, ...kernels })
      expect(await trainer.evaluate(split, 3)).toEqual(await alone.evaluate('test', 3))
    }
  })

  test('stay where they are in the training split', async () => {
    const [trainer, other] = [await smallTrainer({ data }), await smallTrainer()]
    const epoch = { order: Int32Array.from(remaining) }
    expect(await trainEpoch(trainer, epoch)).toEqual(await trainEpoch(other, epoch))
  })
})

describe('chosen examples', () => {
  const data = { train: randomSplit(21, 1), validation: Int32Array.of(17, 0, 5, 20), test: randomSplit(13, 7) }

  test.each(allKernels)('are evaluated alone, from %j', async (kernels) => {
    const trainer = await smallTrainer({ data, ...kernels })
    for (const [split, of, chosen] of [
      ['test', data.test, [1, 4, 11, 12]],
      ['validation', data.train, [0, 17]],
    ] as const) {
      const alone = await smallTrainer({ data: { test: part(of, chosen) }, ...kernels })
      expect(await trainer.evaluate(split, 3, Int32Array.from(chosen))).toEqual(await alone.evaluate('test', 3))
    }
  })

  test('beyond the split are refused', async () => {
    const trainer = await smallTrainer({ data })
    expect(await failure(() => trainer.evaluate('test', 3, Int32Array.of(13)))).toMatch(/^INVALID_CONFIG: chosen/)
    expect(await failure(() => trainer.evaluate('validation', 3, new Int32Array()))).toMatch(/^INVALID_CONFIG: chosen/)
  })
})

describe('the progress of an evaluation', () => {
  /** Takes seconds, example by example. */
  const long = { data: { test: randomSplit(20_000, 7) } }

  test('ascends to the number of examples', async () => {
    const trainer = await smallTrainer(long)
    const seen: EvaluationProgress[] = []
    await trainer.evaluate('test', 1, undefined, (progress) => seen.push(progress))
    expect(seen.length).toBeGreaterThan(0)
    expect(seen.every(({ total }) => total === 20_000)).toBe(true)
    const done = seen.map((progress) => progress.done)
    expect(done).toEqual([...done].sort((a, b) => a - b))
    expect(done[0]).toBeGreaterThan(0)
  })

  test('ends the evaluation with the error of its listener', async () => {
    const trainer = await smallTrainer(long)
    const evaluation = trainer.evaluate('test', 1, undefined, () => {
      throw new Error('enough')
    })
    await expect(evaluation).rejects.toThrow('enough')
    expect((await trainer.evaluate('test', 100)).loss).toBeGreaterThan(0)
  })
})

test('a trainer names its device and its layers and counts its parameters', async () => {
  const { device, layerNames, parameterCount } = await smallTrainer()
  expect({ device, layerNames, parameterCount }).toEqual({
    device: testDeviceName,
    layerNames: ['dense0', 'dense1'],
    parameterCount: 35 * 11 + 11 + 2 * 11 + 11 * 4 + 4,
  })
})
