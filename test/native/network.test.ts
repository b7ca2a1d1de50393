import { describe, expect, test } from 'vitest'
import { stateShapes } from '../../src/model/describe-model.js'
import type { TrainerSpec } from '../../src/native/contract.js'
import { layca } from '../../src/optimizer/controls/layca.js'
import { sgd } from '../../src/optimizer/rules/sgd.js'
import { expectAgreement } from './support/agreement.js'
import { allImages, imageTrainer, randomise, type ImageModel } from './support/image-model.js'
import { plainNet, residualNet } from './support/networks.js'
import { exampleNetwork, exampleShape } from './support/reference-model.js'
import { trainEpoch, weightsByName } from './support/small-trainer.js'
import { cosineDistance, norm, relativeDistance, sameBits } from './support/vectors.js'

const nets: [string, ImageModel][] = [
  ['a residual net', residualNet],
  ['a plain net', plainNet],
  ['a net of all types of layers', { layers: exampleNetwork(4), inputShape: [...exampleShape] }],
]
const formats = ['channelsLast', 'contiguous'] as const

type Compute = Partial<Pick<TrainerSpec, 'precision' | 'memoryFormat' | 'threads'>>

/** One batch in training mode through a net with random weights. */
async function probed(net: ImageModel, compute: Compute = {}) {
  const { trainer } = await imageTrainer(net, compute)
  await randomise(trainer)
  const { logits, gradients } = await trainer.probe(allImages, 'train')
  return { logits, gradients: joined(gradients.map(({ data }) => data)) }
}

const joined = (arrays: readonly Float32Array[]): Float32Array =>
  Float32Array.from(arrays.flatMap((array) => Array.from(array)))

describe.each(nets)('%s', (_, net) => {
  test.each(formats)('equals the reference in %s memory, forwards and backwards', (memoryFormat) =>
    expectAgreement(net, { memoryFormat }),
  )

  test('has the tensors of its description, in forward order', async () => {
    const { trainer } = await imageTrainer(net)
    const tensors = (await trainer.weights()).map(({ name, shape }) => [name, shape])
    expect(tensors).toEqual([...stateShapes(net.layers, net.inputShape)].map(([name, { shape }]) => [name, shape]))
  })

  test('starts with weights that do not depend on memory format and precision', async () => {
    const { trainer } = await imageTrainer(net)
    const other = await imageTrainer(net, { memoryFormat: 'contiguous', precision: 'bf16' })
    const weights = await weightsByName(other.trainer)
    for (const [name, values] of await weightsByName(trainer)) {
      expect(sameBits(values, weights.get(name)!), name).toBe(true)
    }
  })

  test('gives the same bits again', async () => {
    const [one, other] = [await probed(net), await probed(net)]
    expect(sameBits(one.gradients, other.gradients)).toBe(true)
    expect(sameBits(one.logits, other.logits)).toBe(true)
  })

  test('in bf16 is near fp32, but not the same', async () => {
    const [exact, rounded] = [await probed(net), await probed(net, { precision: 'bf16' })]
    const errors = {
      logits: relativeDistance(rounded.logits, exact.logits),
      gradients: relativeDistance(rounded.gradients, exact.gradients),
    }
    // A bf16 number has an error of up to 1/256.
    for (const [name, error] of Object.entries(errors)) {
      expect(error, name).toBeGreaterThan(1e-3)
      expect(error, name).toBeLessThan(0.15)
    }
  })

  test.each(formats)('trains and turns its layers by Layca in %s memory', async (memoryFormat) => {
    const rate = 0.1
    const { trainer } = await imageTrainer(net, { memoryFormat, optimizer: layca(sgd()) })
    const before = await weightsByName(trainer)
    const { records } = await trainEpoch(trainer, { order: allImages, batchSize: 6, rate, recorded: true })
    const after = await weightsByName(trainer)
    const rotation = await trainer.rotation()
    for (const [i, layer] of trainer.layerNames.entries()) {
      const [w0, w] = [before.get(`${layer}.weight`)!, after.get(`${layer}.weight`)!]
      expect(norm(w) / norm(w0), layer).toBeCloseTo(1, 6)
      expect(records.angle[i], layer).toBeCloseTo(Math.atan(rate), 6)
      expect(rotation[i]! / cosineDistance(w, w0), layer).toBeCloseTo(1, 5)
    }
  })

  test.each(formats)('descends along its gradients in %s memory', async (memoryFormat) => {
    const rate = 0.5
    const { trainer } = await imageTrainer(net, { memoryFormat })
    const before = await weightsByName(trainer)
    const { gradients } = await trainer.probe(allImages, 'train')
    await trainEpoch(trainer, { order: allImages, batchSize: 6, rate })
    const after = await weightsByName(trainer)
    for (const { name, data } of gradients) {
      const expected = before.get(name)!.map((w, i) => w - rate * data[i]!)
      expect(norm(after.get(name)!.map((w, i) => w - expected[i]!)), name).toBeLessThan(1e-6 * (1 + norm(expected)))
    }
  })
})

test('the layers of a residual come before its shortcut', async () => {
  const { trainer } = await imageTrainer(residualNet)
  expect(trainer.layerNames).toEqual([
    'stem',
    'block0.conv1',
    'block0.conv2',
    'block1.conv1',
    'block1.conv2',
    'block1.shortcut',
    'block2.inner.conv',
    'block2.inner.shortcut',
    'head',
  ])
})

test('a parameter outside the layers takes the rate of the layer before it, through residuals too', async () => {
  const { trainer } = await imageTrainer(residualNet)
  const before = await weightsByName(trainer)
  const only = trainer.layerNames.indexOf('block1.conv2')
  const rates = new Float64Array(trainer.layerNames.length).fill(0)
  rates[only] = 0.1
  await trainEpoch(trainer, { order: allImages, batchSize: 6, rates })
  const after = await weightsByName(trainer)
  const moved = [...before].filter(([name, w]) => !name.includes('running') && !sameBits(w, after.get(name)!))
  expect(moved.map(([name]) => name)).toEqual(['block1.conv2.weight', 'block1.norm2.weight', 'block1.norm2.bias'])
})
