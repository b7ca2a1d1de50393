import { describe, expect, test } from 'vitest'
import { dense, flatten } from '../../src/model/layers.js'
import type { NativeTrainer } from '../../src/native/contract.js'
import { testDevice } from '../support/device.js'
import { epochRequest, smallTrainer, tensor, trainEpoch, weightsByName } from './support/small-trainer.js'
import { sameBits } from './support/vectors.js'

/** A network without anything that keeps numbers small. */
const linear = [flatten({ name: 'flatten' }), dense({ name: 'dense0', units: 11 }), dense({ name: 'dense1', units: 4 })]

/** Three steps at these rates, all recorded. */
const threeSteps = (first: number, second: number, third: number) => ({
  rates: Float64Array.of(first, first, second, second, third, third),
  recorded: true,
  record: { neurons: true, spectral: true },
})

/** Returns the plan of the step-th batch of an epoch, from 0. */
function batch(trainer: NativeTrainer, step: number) {
  const { order, batchSizes } = epochRequest(trainer)
  return {
    order: order.slice(9 * step, 9 * step + 9),
    batchSizes: batchSizes.slice(step, step + 1),
    augmentationKey: 0,
  }
}

async function expectSameWeights(one: NativeTrainer, other: NativeTrainer): Promise<void> {
  const expected = await weightsByName(other)
  for (const [name, weights] of await weightsByName(one))
    expect(sameBits(weights, expected.get(name)!), name).toBe(true)
}

describe.each([
  ['the kernels of the device', {}],
  ['block kernels', { blockKernels: true }],
])('with %s, an epoch diverges', (_, kernels) => {
  test('at the step whose loss is not finite, with the weights that it found', async () => {
    const [trainer, before] = [
      await smallTrainer({ ...kernels, layers: linear }),
      await smallTrainer({ ...kernels, layers: linear }),
    ]
    const { status, steps, losses, records } = await trainEpoch(trainer, threeSteps(0.1, 1e25, 0.1))
    expect({ status, steps }).toEqual({ status: 'diverged', steps: 2 })
    expect([...losses].map(Number.isFinite)).toEqual([true, true, false])
    expect([...records.steps]).toEqual([0, 1])
    expect(records.angle).toHaveLength(4)
    expect(records.neurons!.angle).toHaveLength(20)
    await trainEpoch(before, {
      order: Int32Array.from({ length: 18 }, (_, i) => i),
      rates: Float64Array.of(0.1, 0.1, 1e25, 1e25),
    })
    await expectSameWeights(trainer, before)
    expect(await trainer.notFinite(batch(trainer, 2))).toEqual({ tensors: [], output: 'dense1' })
  })

  test('at the step that makes a weight infinite, though no loss shows it', async () => {
    const trainer = await smallTrainer({ ...kernels, layers: linear })
    const { status, steps, losses, records } = await trainEpoch(trainer, threeSteps(0.1, 1e60, 0.1))
    expect({ status, steps }).toEqual({ status: 'diverged', steps: 1 })
    expect([...losses].map(Number.isFinite)).toEqual([true, true])
    expect([...records.steps]).toEqual([0])
    const { tensors } = await trainer.notFinite(batch(trainer, 1))
    expect(tensors).toContain('dense0.weight')
  })

  test('at the step that makes a running statistic infinite, though no loss shows it', async () => {
    const trainer = await smallTrainer(kernels)
    await trainer.setWeights([tensor('dense0.weight', [11, 35], new Float32Array(385).fill(1e25))])
    const { status, steps, losses } = await trainEpoch(trainer, threeSteps(0, 0, 0))
    expect({ status, steps }).toEqual({ status: 'diverged', steps: 0 })
    // CUDA's batch norm multiplies the infinite variance by the zeros of idle threads.
    if (testDevice === 'cpu') expect([...losses].map(Number.isFinite)).toEqual([true])
    expect(await trainer.notFinite(batch(trainer, 0))).toEqual({ tensors: ['batchNorm0.running_var'] })
  })

  test('and another one continues from finite weights', async () => {
    const [trainer, fresh] = [await smallTrainer(kernels), await smallTrainer(kernels)]
    const start = await trainer.trainingState()
    const weights = await trainer.weights()
    await trainEpoch(trainer, threeSteps(0.1, 1e60, 0.1))
    await trainer.setWeights(weights)
    await trainer.setTrainingState(start)
    expect((await trainEpoch(trainer, { recorded: true })).losses).toEqual(
      (await trainEpoch(fresh, { recorded: true })).losses,
    )
    await expectSameWeights(trainer, fresh)
  })
})
