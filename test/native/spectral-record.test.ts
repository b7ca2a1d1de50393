import { describe, expect, test } from 'vitest'
import { conv, dense, flatten, relu, type LayerSpec } from '../../src/model/layers.js'
import type { NativeTrainer } from '../../src/native/contract.js'
import { layca } from '../../src/optimizer/controls/layca.js'
import { adam } from '../../src/optimizer/rules/adam.js'
import { sgd } from '../../src/optimizer/rules/sgd.js'
import { spectralMeasures } from '../../src/rotation/measures.js'
import { rows } from '../optimizer/reference/units.js'
import { allKernels } from './support/kernels.js'
import { allParameters, smallTrainer, trainEpoch, weightsByName, type SmallSpec } from './support/small-trainer.js'
import { singularValues } from './support/singular-values.js'
import { combine, norm, type Vector } from './support/vectors.js'

/** Matrices of more columns than rows and the other way round, of one row, and a convolution. */
const layers: LayerSpec[] = [
  conv({ name: 'conv0', filters: 6, kernel: 3, padding: 'same' }),
  relu({ name: 'relu0' }),
  flatten({ name: 'flatten' }),
  dense({ name: 'dense0', units: 1 }),
  dense({ name: 'dense1', units: 37 }),
  dense({ name: 'dense2', units: 4, bias: true }),
]
const names = ['conv0', 'dense0', 'dense1', 'dense2']
/** The weights of a neuron. */
const rowSizes = [9, 210, 1, 37]
const spec: SmallSpec = { layers, inputShape: [1, 7, 5], optimizer: layca(adam()) }
const record = { steps: Int32Array.of(0), spectral: true }

const weightsOf = async (trainer: NativeTrainer): Promise<Vector[]> => {
  const weights = await weightsByName(trainer)
  return names.map((name) => weights.get(`${name}.weight`)!)
}

/** The record of a layer's step in fp64. */
function expected(before: Vector, after: Vector, rowSize: number): number[] {
  const change = combine(1, after, -1, before)
  const largest = (weights: Vector) => singularValues(rows(weights, rowSize))[0]!
  return [
    largest(after),
    (norm(after) / largest(after)) ** 2,
    largest(change),
    largest(change) / largest(before),
    norm(change) / norm(before),
  ]
}

describe.each(allKernels)('with kernels %j', (kernels) => {
  test('the spectral measures are those of a singular value decomposition in fp64', async () => {
    const trainer = await smallTrainer({ ...spec, ...kernels })
    for (let step = 0; step < 5; step++) {
      const before = await weightsOf(trainer)
      const { records } = await trainEpoch(trainer, { batchSize: 21, rate: 0.05, record })
      const after = await weightsOf(trainer)
      expect(Object.keys(records.spectral!)).toEqual(spectralMeasures.map(({ name }) => name))
      for (const [i, rowSize] of rowSizes.entries()) {
        const values = expected(before[i]!, after[i]!, rowSize)
        for (const [m, { name }] of spectralMeasures.entries()) {
          const error = records.spectral![name][i]! / values[m]! - 1
          expect(Math.abs(error), `${name} of ${names[i]} at step ${step}`).toBeLessThan(3e-6)
        }
      }
    }
  })

  test('the training has the same bits with and without them', async () => {
    const [with_, without] = [
      await smallTrainer({ ...spec, ...kernels }),
      await smallTrainer({ ...spec, ...kernels }),
    ] as const
    for (let epoch = 0; epoch < 3; epoch++) {
      const recorded = await trainEpoch(with_, { recorded: true, record: { spectral: true } })
      const plain = await trainEpoch(without, { recorded: true })
      expect(recorded.losses).toEqual(plain.losses)
      expect(recorded.records.angle).toEqual(plain.records.angle)
      expect(plain.records.spectral).toBeUndefined()
    }
    expect(await with_.weights()).toEqual(await without.weights())
  })

  test('weights of 0 have a norm of 0 and nothing else; a frozen layer has no step', async () => {
    const optimizer = sgd()
    const zeroLayers = layers.map((layer) =>
      layer.name === 'dense2' ? dense({ name: 'dense2', units: 4, init: { type: 'zeros' } }) : layer,
    )
    const parameters = allParameters(zeroLayers, [1, 7, 5], optimizer).map((settings) => ({
      ...settings,
      trained: settings.name !== 'dense1.weight',
    }))
    const trainer = await smallTrainer({ ...spec, ...kernels, optimizer, layers: zeroLayers, parameters })
    const { records } = await trainEpoch(trainer, { batchSize: 21, rate: 0, record })
    const at = (layer: number) => spectralMeasures.map(({ name }) => records.spectral![name][layer])
    expect(at(3)).toEqual([0, NaN, 0, NaN, NaN])
    expect(at(2).slice(2)).toEqual([0, 0, 0])
    expect(at(2)[1]).toBeCloseTo(1, 6)
  })
})
