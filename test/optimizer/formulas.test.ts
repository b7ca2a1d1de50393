import { describe, expect, test } from 'vitest'
import { allKernels } from '../native/support/kernels.js'
import { layersUnder, weightsOf } from '../native/support/layers.js'
import { rules } from './cases.js'
import { testFormulas } from './formulas.js'

testFormulas(8, { largeUnder: ['layca'] })

describe.each(allKernels)('a single step with %j', (options) => {
  test.each(Object.entries(rules))('of %s leaves weights without a gradient', async (_, rule) => {
    const layers = await layersUnder(rule, [Float32Array.of(1, -2, 3)], options)
    await layers.step([Float32Array.of(0, 0, 0)], Float64Array.of(0.5))
    expect(await weightsOf(layers)).toEqual([Float32Array.of(1, -2, 3)])
  })

  test.each(Object.entries(rules))('of %s shows a gradient of NaN', async (_, rule) => {
    const layers = await layersUnder(rule, [Float32Array.of(1, 2, 3)], options)
    await layers.step([Float32Array.of(1, -5, NaN)], Float64Array.of(0.5))
    expect((await weightsOf(layers))[0]![2]).toBeNaN()
  })
})
