import { describe, expect, test } from 'vitest'
import {
  allParameters,
  endless,
  perceptron,
  randomSplit,
  smallTrainer,
  trainEpoch,
  weightsByName,
  type SmallSpec,
} from './support/small-trainer.js'
import { batchNorm, conv, dense, dropout, globalAveragePool, relu, type LayerSpec } from '../../src/model/layers.js'
import { lars } from '../../src/optimizer/controls/lars.js'
import { layca } from '../../src/optimizer/controls/layca.js'
import { sgd } from '../../src/optimizer/rules/sgd.js'
import { adam } from '../../src/optimizer/rules/adam.js'
import { combine, norm, relativeDistance, sameBits, type Vector } from './support/vectors.js'

/** [3, 9, 11] images under a network of every kind of layer that has block kernels of its own. */
const convolutional: LayerSpec[] = [
  conv({ name: 'conv0', filters: 8, kernel: 3 }),
  batchNorm({ name: 'batchNorm0' }),
  relu({ name: 'relu0' }),
  dropout({ name: 'dropout0', rate: 0.3 }),
  conv({ name: 'conv1', filters: 5, kernel: 3 }),
  batchNorm({ name: 'batchNorm1' }),
  relu({ name: 'relu1' }),
  globalAveragePool({ name: 'pool' }),
  dropout({ name: 'dropout1', rate: 0.2 }),
  dense({ name: 'dense0', units: 4 }),
]
const colours = { mean: Float64Array.of(120, 130, 140), deviation: Float64Array.of(60, 65, 70) }
const inputShape = [3, 9, 11]
const pictures: SmallSpec = {
  inputShape,
  layers: convolutional,
  augmentation: { shift: 3, flip: true },
  data: { ...colours, train: randomSplit(21, 1, 297), test: randomSplit(10, 2, 297) },
}

const manyClasses: SmallSpec = {
  classes: 70,
  layers: perceptron.map((layer) => (layer.name === 'dense1' ? dense({ name: 'dense1', units: 70 }) : layer)),
}

const withoutFirstLayer = allParameters(convolutional, inputShape).map((settings) => ({
  ...settings,
  trained: settings.name !== 'conv0.weight',
}))

/** Biases that the batch norm behind them cancels: their gradient is 0, for which the CPU finds what it rounds. */
function cancelledBiases({ layers = perceptron }: SmallSpec): Set<string> {
  const isCancelled = (layer: LayerSpec, i: number) =>
    'bias' in layer && layer.bias && layers[i + 1]?.type === 'batchNorm'
  return new Set(layers.filter(isCancelled).map(({ name }) => `${name}.bias`))
}

const cases: Record<string, SmallSpec> = {
  'a perceptron': {},
  'a perceptron under Keras’s loss': { loss: { type: 'kerasCrossEntropy' } },
  'a perceptron of more classes than a warp has lanes': { ...manyClasses },
  'the same with smoothed labels': { ...manyClasses, loss: { type: 'crossEntropy', labelSmoothing: 0.1 } },
  'the same under Keras’s loss': { ...manyClasses, loss: { type: 'kerasCrossEntropy' } },
  'a perceptron under Adam and Layca': { optimizer: layca(adam()) },
  'a perceptron in bf16': { precision: 'bf16' },
  pictures: pictures,
  'pictures, contiguous': { ...pictures, memoryFormat: 'contiguous' },
  'pictures under Layca by neuron': { ...pictures, optimizer: layca(sgd({ momentum: 0.9 }), { per: 'neuron' }) },
  'pictures with a frozen layer': {
    ...pictures,
    parameters: withoutFirstLayer,
  },
}

describe.each(Object.entries(cases))('the steps of CUDA devices, compiled for the host, on %s', (_, spec) => {
  const epoch = { recorded: true, rate: 0.01, record: { neurons: true, spectral: true } }

  test('agree with those of the CPU', async () => {
    const [cpu, block] = [await smallTrainer(spec), await smallTrainer({ ...spec, blockKernels: true })]
    const before = await weightsByName(cpu)
    const tolerance = spec.precision === 'bf16' ? 1e-2 : 1e-5
    for (let i = 0; i < 3; i++) {
      const [theirs, ours] = [
        await trainEpoch(cpu, { ...epoch, augmentationKey: i }),
        await trainEpoch(block, { ...epoch, augmentationKey: i }),
      ]
      expect(relativeDistance(ours.losses, theirs.losses)).toBeLessThan(tolerance)
      expect(ours.loss).toBeCloseTo(theirs.loss, spec.precision === 'bf16' ? 2 : 5)
      expect(ours).toMatchObject({ status: 'finished', steps: theirs.steps, warnings: [] })
      expect(ours.accuracy).toBeCloseTo(theirs.accuracy, spec.precision === 'bf16' ? 1 : 12)
      expect(ours.records.steps).toEqual(theirs.records.steps)
      for (const quantity of ['rotation', 'angle', 'norm', 'tangential', 'effective_rate'] as const) {
        expect(relativeDistance(ours.records[quantity], theirs.records[quantity]), quantity).toBeLessThan(
          20 * tolerance,
        )
      }
      expect(relativeDistance(ours.records.neurons!.rotation, theirs.records.neurons!.rotation)).toBeLessThan(
        20 * tolerance,
      )
    }
    const [theirs, ours] = [await weightsByName(cpu), await weightsByName(block)]
    const apart = (x: Vector, y: Vector) => norm(combine(1, x, -1, y))
    const cancelled = cancelledBiases(spec)
    expect(cancelled.size).toBeGreaterThan(0)
    for (const [name, weights] of ours) {
      if (cancelled.has(name)) {
        expect(sameBits(weights, before.get(name)!), name).toBe(true)
        continue
      }
      const moved = apart(theirs.get(name)!, before.get(name)!)
      expect(apart(weights, theirs.get(name)!), name).toBeLessThanOrEqual(20 * tolerance * moved + 1e-6)
    }
    expect(await block.evaluate('test', 5)).toMatchObject({
      loss: expect.closeTo((await cpu.evaluate('test', 5)).loss, 2) as number,
    })
  })

  test('give the same bits again', async () => {
    const trainers = [
      await smallTrainer({ ...spec, blockKernels: true }),
      await smallTrainer({ ...spec, blockKernels: true }),
    ]
    const results = []
    for (const trainer of trainers) results.push([await trainEpoch(trainer, epoch), await trainEpoch(trainer, epoch)])
    expect(results[1]).toEqual(results[0])
    const [one, other] = [await weightsByName(trainers[0]!), await weightsByName(trainers[1]!)]
    for (const [name, weights] of one) expect(sameBits(weights, other.get(name)!), name).toBe(true)
  })
})

describe.each([
  ['a perceptron', {}],
  ['pictures', pictures],
  ['pictures, contiguous', { ...pictures, memoryFormat: 'contiguous' }],
  ['pictures under Layca and momentum', { ...pictures, optimizer: layca(sgd({ momentum: 0.9 })) }],
  ['pictures under LARS', { ...pictures, optimizer: lars(sgd({ momentum: 0.9 })) }],
  ['pictures with a frozen layer', { ...pictures, parameters: withoutFirstLayer }],
] satisfies [string, SmallSpec][])('bf16 shadows of the weights, on %s,', (_, spec) => {
  const block: SmallSpec = { ...spec, blockKernels: true, precision: 'bf16' }

  test('give the bits that casting gives', async () => {
    const [casting, shadows] = [await smallTrainer({ ...block, shadowWeights: false }), await smallTrainer(block)]
    for (let i = 0; i < 3; i++) {
      const epoch = { recorded: true, rate: 0.05, augmentationKey: i }
      const result = await trainEpoch(shadows, epoch)
      expect(result.status).toBe('finished')
      expect(result).toEqual(await trainEpoch(casting, epoch))
      expect(await shadows.evaluate('test', 5)).toEqual(await casting.evaluate('test', 5))
    }
    const [expected, found] = [await weightsByName(casting), await weightsByName(shadows)]
    for (const [name, weights] of found) expect(sameBits(weights, expected.get(name)!), name).toBe(true)
    const indices = Int32Array.of(3, 1, 4)
    const [ours, theirs] = [await shadows.probe(indices, 'train'), await casting.probe(indices, 'train')]
    expect(ours.gradients.length).toBeGreaterThan(2)
    expect(ours).toEqual(theirs)
  })

  test('follow weights that are set', async () => {
    const [one, other] = [await smallTrainer(block), await smallTrainer({ ...block, seed: 2 })]
    await trainEpoch(one)
    await other.setWeights(await one.weights())
    await other.setTrainingState(await one.trainingState())
    expect(await other.evaluate('test', 5)).toEqual(await one.evaluate('test', 5))
    const indices = Int32Array.of(3, 1, 4)
    expect(await other.probe(indices, 'evaluate')).toEqual(await one.probe(indices, 'evaluate'))
  })
})

test('layers are recorded from references, too', async () => {
  const [cpu, block] = [await smallTrainer(), await smallTrainer({ blockKernels: true })]
  const records = []
  for (const trainer of [cpu, block]) {
    await trainEpoch(trainer)
    await trainer.setReference('then')
    records.push((await trainEpoch(trainer, { recorded: true, record: { references: ['then'] } })).records)
  }
  expect(relativeDistance(records[1]!.references.then!, records[0]!.references.then!)).toBeLessThan(1e-4)
})

test('a stop ends an epoch of block kernels', async () => {
  const trainer = await smallTrainer({ blockKernels: true })
  const epoch = trainEpoch(trainer, { order: new Int32Array(1_000_000), batchSize: 1 })
  setTimeout(() => trainer.stop(), 100)
  const { status, steps, losses } = await epoch
  expect(status).toBe('interrupted')
  expect(losses).toHaveLength(steps)
})

describe('trainers of block kernels, each on a thread of its own,', () => {
  test('train beside each other to the same bits as alone', async () => {
    const spec: SmallSpec = { ...pictures, blockKernels: true }
    const alone = await smallTrainer(spec)
    const expected = [await trainEpoch(alone, { recorded: true }), await trainEpoch(alone, { recorded: true })]
    const trainers = await Promise.all(Array.from({ length: 4 }, () => smallTrainer(spec)))
    const epochs = () => Promise.all(trainers.map((trainer) => trainEpoch(trainer, { recorded: true })))
    const results = [await epochs(), await epochs()]
    for (const [i, result] of results.entries()) for (const each of result) expect(each).toEqual(expected[i])
  })

  test('do not wait for each other', async () => {
    const [long, short] = [await smallTrainer({ blockKernels: true }), await smallTrainer({ blockKernels: true })]
    let ended = false
    const epoch = trainEpoch(long, endless).then(() => (ended = true))
    await trainEpoch(short)
    expect(ended).toBe(false)
    long.stop()
    await epoch
  })

  test('may be disposed in mid-epoch, thirty of them', async () => {
    for (let i = 0; i < 30; i++) {
      const trainer = await smallTrainer({ blockKernels: true })
      const epoch = trainEpoch(trainer, endless)
      trainer.dispose()
      expect((await epoch).status).toBe('interrupted')
    }
  })
})
