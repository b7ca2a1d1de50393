import { describe, expect, test } from 'vitest'
import { smallTrainer, tensor } from './support/small-trainer.js'

/** Eleven numbers, of which the fourth is `value`. */
const spoilt = (value: number) => Array.from({ length: 11 }, (_, i) => (i === 3 ? value : 1))
const batch = { order: Int32Array.of(0, 1, 2), batchSizes: Int32Array.of(3), augmentationKey: 0 }

describe('what is not finite is named', () => {
  test('nothing where all is', async () => {
    const trainer = await smallTrainer()
    expect(await trainer.notFinite(batch)).toEqual({ tensors: [] })
  })

  test.each([NaN, Infinity, -Infinity])('parameters and buffers that hold %d, in forward order', async (value) => {
    const trainer = await smallTrainer()
    await trainer.setWeights([
      tensor('batchNorm0.running_var', [11], spoilt(value)),
      tensor('batchNorm0.bias', [11], spoilt(value)),
      tensor('dense0.bias', [11], spoilt(value)),
    ])
    const tensors = ['dense0.bias', 'batchNorm0.bias', 'batchNorm0.running_var']
    expect(await trainer.notFinite(batch)).toEqual({ tensors })
  })

  test('not numbers whose sum is too large', async () => {
    const trainer = await smallTrainer()
    await trainer.setWeights([tensor('dense0.bias', [11], new Float32Array(11).fill(3e38))])
    expect(await trainer.notFinite(batch)).toMatchObject({ tensors: [] })
  })

  test('the layer that makes more than a number holds of finite weights', async () => {
    const trainer = await smallTrainer()
    await trainer.setWeights([
      tensor('batchNorm0.weight', [11], new Float32Array(11).fill(1e30)),
      tensor('dense1.weight', [4, 11], new Float32Array(44).fill(1e30)),
    ])
    expect(await trainer.notFinite(batch)).toEqual({ tensors: [], output: 'dense1' })
  })
})
