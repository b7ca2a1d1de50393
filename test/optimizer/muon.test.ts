import { describe, expect, test } from 'vitest'
import { conv, dense, flatten } from '../../src/model/layers.js'
import { adam } from '../../src/optimizer/rules/adam.js'
import { muon } from '../../src/optimizer/rules/muon.js'
import type { OptimizerConfig } from '../../src/optimizer/optimizer.js'
import { allKernels } from '../native/support/kernels.js'
import {
  allParameters,
  perceptron,
  smallTrainer,
  trainEpoch,
  weightsByName,
  type SmallSpec,
} from '../native/support/small-trainer.js'
import { relativeDistance } from '../native/support/vectors.js'
import { referenceLayer } from './reference/layer.js'
import { layerCase } from './random-layers.js'

const inputShape = [7, 5]

describe.each(allKernels)('with kernels %j, muon', (kernels) => {
  test('trains biases and batch norm as adam does, at a rate of their own', async () => {
    const parameters = allParameters(perceptron, inputShape).map((parameter) => ({
      ...parameter,
      trained: parameter.name !== 'dense0.weight' && parameter.name !== 'dense1.weight',
    }))
    const weightsUnder = async (optimizer: OptimizerConfig, rate: number) => {
      const trainer = await smallTrainer({ optimizer, parameters, ...kernels })
      const initial = await weightsByName(trainer)
      await trainEpoch(trainer, { rate })
      return { initial, trained: await weightsByName(trainer) }
    }
    const vectors = adam({ beta2: 0.9 })
    const { initial, trained } = await weightsUnder(muon({ vectors, vectorRate: 0.25 }), 0.5)
    expect(trained).toEqual((await weightsUnder(vectors, 0.125)).trained)
    expect(trained.get('dense1.bias')).not.toEqual(initial.get('dense1.bias'))
  })

  test.each(['channelsLast', 'contiguous'] as const)(
    'takes a convolution as a matrix of a row a filter, in a network whose memory format is %s',
    async (memoryFormat) => {
      const optimizer = muon({ momentum: 0, precision: 'fp32' })
      const layers = [
        conv({ name: 'conv0', filters: 5, kernel: 3 }),
        conv({ name: 'conv1', filters: 70, kernel: 2 }), // taller than wide
        flatten({ name: 'flatten' }),
        dense({ name: 'dense0', units: 4 }),
      ]
      const spec: SmallSpec = { layers, optimizer, memoryFormat, inputShape: [1, 7, 5], ...kernels }
      const trainer = await smallTrainer(spec)
      const before = await weightsByName(trainer)
      const order = Int32Array.from({ length: 9 }, (_, i) => i)
      const { gradients } = await trainer.probe(order, 'train')
      await trainEpoch(trainer, { order })
      for (const { name, data } of await trainer.weights()) {
        if (!name.endsWith('.weight')) continue
        const gradient = gradients.find((each) => each.name === name)!
        const [weights, rowSize] = [before.get(name)!, data.length / gradient.shape[0]!]
        const expected = referenceLayer(optimizer, weights, layerCase(data.length, rowSize))(
          weights,
          gradient.data,
          0.1,
        )
        expect(relativeDistance(data, expected), name).toBeLessThan(1e-5)
      }
    },
  )
})
