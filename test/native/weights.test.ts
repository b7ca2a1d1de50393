import { describe, expect, test } from 'vitest'
import type { NamedTensor } from '../../src/native/contract.js'
import { layca } from '../../src/optimizer/controls/layca.js'
import { sgd } from '../../src/optimizer/rules/sgd.js'
import { failure } from '../support/failure.js'
import { normals } from './support/random.js'
import { smallTrainer, tensor, trainEpoch, weightsByName } from './support/small-trainer.js'
import { cosineDistance, norm, sameBits } from './support/vectors.js'

test('weights come in forward order with PyTorch’s names and shapes', async () => {
  const trainer = await smallTrainer()
  expect((await trainer.weights()).map(({ name, shape }) => [name, shape])).toEqual([
    ['dense0.weight', [11, 35]],
    ['dense0.bias', [11]],
    ['batchNorm0.weight', [11]],
    ['batchNorm0.bias', [11]],
    ['batchNorm0.running_mean', [11]],
    ['batchNorm0.running_var', [11]],
    ['dense1.weight', [4, 11]],
    ['dense1.bias', [4]],
  ])
})

test('weights that were set come back bit for bit', async () => {
  const trainer = await smallTrainer()
  const given = (await trainer.weights()).map(({ name, shape, data }, i) =>
    tensor(name, shape, normals(data.length, i)),
  )
  await trainer.setWeights(given)
  expect(await trainer.weights()).toEqual(given)
})

test('the weights that weights() returned do not change when training continues', async () => {
  const trainer = await smallTrainer()
  const before = await weightsByName(trainer)
  const copy = Float32Array.from(before.get('dense0.weight')!)
  await trainEpoch(trainer)
  expect(sameBits(before.get('dense0.weight')!, copy)).toBe(true)
})

test('the arrays given to setWeights() may be changed at once', async () => {
  const trainer = await smallTrainer()
  const bias = Float32Array.of(1, 2, 3, 4)
  const set = trainer.setWeights([{ name: 'dense1.bias', shape: [4], data: bias }])
  bias.fill(0)
  await set
  expect([...(await weightsByName(trainer)).get('dense1.bias')!]).toEqual([1, 2, 3, 4])
})

test('only the tensors that are named change', async () => {
  const trainer = await smallTrainer()
  const before = await weightsByName(trainer)
  await trainer.setWeights([tensor('dense1.bias', [4], [1, 2, 3, 4])])
  const after = await weightsByName(trainer)
  const changed = [...before.keys()].filter((name) => !sameBits(before.get(name)!, after.get(name)!))
  expect(changed).toEqual(['dense1.bias'])
})

test('rotation keeps referring to the weights that the trainer began with', async () => {
  const trainer = await smallTrainer()
  const initial = (await weightsByName(trainer)).get('dense1.weight')!
  const now = normals(44, 1)
  await trainer.setWeights([tensor('dense1.weight', [4, 11], now)])
  const [still, moved] = await trainer.rotation()
  expect(still).toBe(0)
  expect(moved).toBeCloseTo(cosineDistance(now, initial), 12)
})

test('two trainers that are given the same weights train alike', async () => {
  const one = await smallTrainer({ seed: 1 })
  const other = await smallTrainer({ seed: 2 })
  await other.setWeights(await one.weights())
  expect(await trainEpoch(other)).toEqual(await trainEpoch(one))
  expect(await other.weights()).toEqual(await one.weights())
})

describe('setWeights() refuses, and then writes nothing', () => {
  const good = tensor('dense1.bias', [4], [1, 2, 3, 4])
  test.each<[string, NamedTensor, string]>([
    ['an unknown name', tensor('dense2.bias', [4], [1, 2, 3, 4]), 'weights: the model has no tensor named dense2.bias'],
    [
      'another shape',
      tensor('dense1.weight', [11, 4], new Float32Array(44)),
      "weights: dense1.weight has shape [11, 4] with 44 values, but the model's has [4, 11]",
    ],
    [
      'another number of values than the shape says',
      tensor('dense1.weight', [4, 11], new Float32Array(43)),
      "weights: dense1.weight has shape [4, 11] with 43 values, but the model's has [4, 11]",
    ],
    [
      'values that are not fp32',
      { name: 'dense1.weight', shape: [4, 11], data: new Float64Array(44) as unknown as Float32Array },
      'weights.1.data: expected a Float32Array, found a Float64Array',
    ],
  ])('%s', async (_, wrong, message) => {
    const trainer = await smallTrainer()
    const before = await trainer.weights()
    expect(await failure(() => trainer.setWeights([good, wrong]))).toBe(`INVALID_CONFIG: ${message}`)
    expect(await trainer.weights()).toEqual(before)
  })
})

test('a reference that was not set is refused', async () => {
  const trainer = await smallTrainer()
  expect(await failure(() => trainer.reference('x'))).toBe(
    'INVALID_CONFIG: name: there is no reference named x; set it first',
  )
  const record = { references: ['x'] }
  expect(await failure(() => trainEpoch(trainer, { recorded: true, record }))).toBe(
    'INVALID_CONFIG: record.references: there is no reference named x; set it first',
  )
})

describe('a training that begins from given weights', () => {
  /** The parameters and buffers of another seed, none of them as a trainer makes them. */
  async function given(): Promise<NamedTensor[]> {
    const tensors = await (await smallTrainer({ seed: 7 })).weights()
    return tensors.map(({ name, shape, data }, i) => tensor(name, shape, normals(data.length, i).map(Math.abs)))
  }

  test('has them bit for bit, and has not rotated', async () => {
    const weights = await given()
    const trainer = await smallTrainer({ weights })
    expect(await trainer.weights()).toEqual(weights)
    expect([...(await trainer.rotation())]).toEqual([0, 0])
  })

  test('trains like one that was set to them, except for the reference of the rotation', async () => {
    const weights = await given()
    const [begun, set] = [await smallTrainer({ weights }), await smallTrainer()]
    await set.setWeights(weights)
    expect(await trainEpoch(begun)).toEqual(await trainEpoch(set))
    expect(await begun.weights()).toEqual(await set.weights())
    const now = (await weightsByName(begun)).get('dense1.weight')!
    const initial = weights.find(({ name }) => name === 'dense1.weight')!.data
    expect((await begun.rotation())[1]! / cosineDistance(now, initial)).toBeCloseTo(1, 6)
  })

  test('under Layca gives the layers their lengths back', async () => {
    const weights = await given()
    const trainer = await smallTrainer({ weights, optimizer: layca(sgd()) })
    await trainEpoch(trainer)
    for (const [name, now] of await weightsByName(trainer)) {
      const initial = weights.find((tensor) => tensor.name === name)!.data
      if (name.startsWith('dense')) expect(norm(now) / norm(initial)).toBeCloseTo(1, 6)
    }
  })

  test('needs no buffers, and leaves out the batches that PyTorch counts', async () => {
    const weights = (await given()).filter(({ name }) => !name.includes('running'))
    const trainer = await smallTrainer({ weights: [...weights, tensor('batchNorm0.num_batches_tracked', [1], [3])] })
    const now = await weightsByName(trainer)
    expect([...now.get('batchNorm0.running_mean')!]).toEqual(Array(11).fill(0))
    for (const { name, data } of weights) expect(sameBits(now.get(name)!, data), name).toBe(true)
  })

  test('refuses a parameter that is missing, a name that it does not know, and another shape', async () => {
    const weights = await given()
    const without = weights.filter(({ name }) => name !== 'batchNorm0.weight')
    expect(await failure(() => smallTrainer({ weights: without }))).toBe(
      'INVALID_CONFIG: weights: batchNorm0.weight is missing; expected every parameter of the model',
    )
    const unknown = [...weights, tensor('dense2.bias', [1], [0])]
    expect(await failure(() => smallTrainer({ weights: unknown }))).toBe(
      'INVALID_CONFIG: weights: the model has no tensor named dense2.bias',
    )
    const turned = weights.map((of) => (of.name === 'dense1.weight' ? { ...of, shape: [11, 4] } : of))
    expect(await failure(() => smallTrainer({ weights: turned }))).toBe(
      "INVALID_CONFIG: weights: dense1.weight has shape [11, 4] with 44 values, but the model's has [4, 11]",
    )
  })
})
