import { expect, test } from 'vitest'
import { dense, dropout, flatten, relu, type LayerSpec } from '../../src/model/layers.js'
import { layca } from '../../src/optimizer/controls/layca.js'
import { clipNorm, clipValue } from '../../src/optimizer/gradient-clipping.js'
import type { OptimizerConfig } from '../../src/optimizer/optimizer.js'
import { adam } from '../../src/optimizer/rules/adam.js'
import { sgd } from '../../src/optimizer/rules/sgd.js'
import type { ImageModel } from '../native/support/image-model.js'
import { residualNet } from '../native/support/networks.js'
import { controls, rules } from '../optimizer/cases.js'
import { isCuda, onDevice } from './device.js'
import { differing, imagesTrainer, repeatableNet, trainEpochs } from './trainers.js'

/** A perceptron under dropout, for whose masks a graph and single operations have to draw the same numbers. */
const dropoutNet: ImageModel = {
  inputShape: [1, 7, 5],
  layers: [
    flatten({ name: 'flatten' }),
    dense({ name: 'dense0', units: 33 }),
    relu({ name: 'relu0' }),
    dropout({ name: 'dropout0', rate: 0.4 }),
    dense({ name: 'dense1', units: 4 }),
  ] satisfies LayerSpec[],
}

const nets = { dropoutNet, repeatableNet, residualNet }
const precisions = isCuda ? (['fp32', 'tf32', 'bf16'] as const) : (['fp32', 'bf16'] as const)

const byNet = Object.entries(nets).flatMap(([name, model]) =>
  precisions.map((precision) => ({ name: `${name} in ${precision}`, model, precision, optimizer: layca(sgd()) })),
)
const byRule = [
  ...Object.entries(rules),
  ...Object.entries(controls).map(([name, make]) => [name, make(rules['adamW']!)] as [string, OptimizerConfig]),
].map(([name, optimizer]) => ({
  name: `repeatableNet with ${name}`,
  model: repeatableNet,
  precision: 'fp32' as const,
  optimizer,
}))

/** Settings of a step that add launches to it. */
const bySettings = [
  { name: 'gradients bounded by the norm of all', gradientClipping: clipNorm(0.1) },
  { name: 'gradients bounded by their norms', gradientClipping: clipNorm(0.05, { per: 'parameter' }) },
  { name: 'gradients bounded by value', gradientClipping: clipValue(1e-3) },
  { name: 'batches in parts', microBatch: 5 },
  {
    name: 'images that go through RandAugment',
    model: residualNet,
    augmentation: { shift: 2, flip: true, randAugment: { operations: 2, magnitude: 9 } },
  },
  { name: 'batches in parts under dropout, in bf16', model: dropoutNet, precision: 'bf16' as const, microBatch: 8 },
].map((settings) => ({
  model: residualNet,
  precision: 'fp32' as const,
  optimizer: layca(adam()),
  ...settings,
}))

onDevice('a step as one CUDA graph', () => {
  test.each([...byNet, ...byRule, ...bySettings])(
    'gives the bits of single operations: $name',
    async ({ name: _, model, ...options }) => {
      const make = (cudaGraph: boolean) => imagesTrainer(model, { ...options, cudaGraph })
      const [graph, eager] = [await make(true), await make(false)]
      // Every epoch has its order, rates and augmentation, and ends with a batch of 2.
      const [found, expected] = [await trainEpochs(graph, 3), await trainEpochs(eager, 3)]
      for (const [epoch, { losses, accuracy, records }] of expected.entries()) {
        expect(found[epoch]!.losses, `losses of epoch ${epoch}`).toEqual(losses)
        expect(found[epoch]!.accuracy).toBe(accuracy)
        expect(found[epoch]!.records, `records of epoch ${epoch}`).toEqual(records)
      }
      expect(differing(await graph.weights(), await eager.weights())).toEqual([])
      // A capture that fails warns and continues with single operations, which would compare nothing.
      if (isCuda) expect(found.flatMap(({ warnings }) => warnings)).toEqual([])
    },
  )

  test('gives the same bits when weights are set and evaluated in between', async () => {
    const results = []
    for (const cudaGraph of [true, false]) {
      const trainer = await imagesTrainer(residualNet, { cudaGraph })
      const initial = await trainer.weights()
      await trainEpochs(trainer, 1)
      const before = await trainer.evaluate('test', 3)
      await trainer.setWeights(initial)
      const epochs = await trainEpochs(trainer, 2, { batchSize: 7 })
      results.push({ before, epochs, after: await trainer.evaluate('test', 10), weights: await trainer.weights() })
    }
    expect(results[0]).toEqual(results[1])
  })
})
