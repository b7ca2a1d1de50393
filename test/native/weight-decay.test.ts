import { describe, expect, test } from 'vitest'
import { batchNorm, dense, flatten } from '../../src/model/layers.js'
import { layca } from '../../src/optimizer/controls/layca.js'
import { sgd } from '../../src/optimizer/rules/sgd.js'
import { failure } from '../support/failure.js'
import { layersUnder, weightsOf } from './support/layers.js'
import { normals } from './support/random.js'
import { allParameters, smallTrainer, trainEpoch, weightsByName } from './support/small-trainer.js'
import { combine, sameBits } from './support/vectors.js'

const sizes = [2, 3, 1023, 16385]
const initial = sizes.map((size, layer) => normals(size, layer))
const gradients = [10, 20, 30, 40, 50, 60, 70].map((seed) => sizes.map((size, layer) => normals(size, seed + layer)))
const gradientsAt = (step: number) => gradients[step % gradients.length]!
const rateAt = (step: number, layer: number) => 10 ** -(2 + layer / 3) * (1.1 + Math.sin(step))
const ratesAt = (step: number) => Float64Array.from(sizes, (_, layer) => rateAt(step, layer))
/** The second layer has none. */
const weightDecay = [0.5, 0, 2e-3, 0.1]
const settings = { trained: true, controlled: true, rateFactor: 1, decoupledDecay: 0 }
const parameters = weightDecay.map((decay) => ({ ...settings, decay }))

const rules = [
  { momentum: 0, nesterov: false },
  { momentum: 0.9, nesterov: false },
  { momentum: 0.9, nesterov: true },
].flatMap((rule) => [false, true].map((controlled) => ({ ...rule, controlled })))

describe.each(rules)(
  'weight decay with $momentum, nesterov: $nesterov, Layca: $controlled',
  ({ controlled, ...rule }) => {
    const optimizer = controlled ? layca(sgd(rule)) : sgd(rule)

    test('comes out the same on one thread and on two', async () => {
      const [one, two] = await Promise.all(
        [1, 2].map((threads) => layersUnder(optimizer, initial, { parameters, threads })),
      )
      for (let step = 0; step < 20; step++) {
        expect(await two!.step(gradientsAt(step), ratesAt(step))).toEqual(
          await one!.step(gradientsAt(step), ratesAt(step)),
        )
      }
      expect(await weightsOf(two!)).toEqual(await weightsOf(one!))
    })

    test('of 0 changes no bit', async () => {
      const [none, zero] = [
        await layersUnder(optimizer, initial),
        await layersUnder(optimizer, initial, { parameters: sizes.map(() => ({ ...settings, decay: 0 })) }),
      ]
      for (let step = 0; step < 5; step++) {
        for (const layers of [none, zero]) await layers.step(gradientsAt(step), ratesAt(step))
      }
      const [one, other] = [await weightsOf(none), await weightsOf(zero)]
      for (const layer of sizes.keys()) expect(sameBits(one[layer]!, other[layer]!)).toBe(true)
    })
  },
)

describe('in a network', () => {
  const layers = [
    flatten({ name: 'flatten' }),
    dense({ name: 'dense0', units: 11 }),
    batchNorm({ name: 'batchNorm0' }),
    dense({ name: 'dense1', units: 4 }),
  ]

  const of = new Map([
    ['dense0.weight', 0.01],
    ['dense1.weight', 0.3],
  ])

  /** Returns what one step at rate 1 takes away from the parameters beyond their gradients. */
  async function decayed(decays: ReadonlyMap<string, number>, others: number) {
    const parameters = allParameters(layers, [7, 5]).map((parameter) => ({
      ...parameter,
      decay: decays.get(parameter.name) ?? others,
    }))
    const trainer = await smallTrainer({ layers, parameters })
    // Not 0 and 1, as biases and batch norm begin.
    const begin = (await trainer.weights()).map((tensor, i) => ({ ...tensor, data: normals(tensor.data.length, i) }))
    await trainer.setWeights(begin.filter(({ name }) => !name.includes('running')))
    const order = Int32Array.from({ length: 21 }, (_, i) => i)
    const { gradients } = await trainer.probe(order, 'train')
    const before = await weightsByName(trainer)
    await trainEpoch(trainer, { order, batchSize: 21, rate: 1 })
    const after = await weightsByName(trainer)
    return gradients.map(({ name, data }) => {
      const step = combine(1, before.get(name)!, -1, after.get(name)!)
      return { name, share: combine(1, step, -1, data), weights: before.get(name)! }
    })
  }

  test('each layer has its own coefficient, and all other parameters share one', async () => {
    const found = await decayed(of, 0.05)
    expect(found).toHaveLength(6)
    for (const { name, share, weights } of found) {
      const coefficient = of.get(name) ?? 0.05
      for (const [i, x] of share.entries()) expect(x, name).toBeCloseTo(coefficient * weights[i]!, 5)
    }
  })

  test('of the layers alone, other parameters follow their gradients', async () => {
    for (const { name, share } of await decayed(of, 0)) {
      if (!/dense\d\.weight/.test(name)) for (const x of share) expect(x, name).toBeCloseTo(0, 5)
    }
  })
})

test('layers without a network refuse another number of coefficients', async () => {
  const message = await failure(() => layersUnder(sgd(), initial, { parameters: parameters.slice(1) }))
  expect(message).toBe('INVALID_CONFIG: options.parameters: expected 4 elements, one per layer, found 3')
})
