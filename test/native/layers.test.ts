import { describe, expect, test } from 'vitest'
import { layca } from '../../src/optimizer/controls/layca.js'
import { sgd } from '../../src/optimizer/rules/sgd.js'
import { testDevice } from '../support/device.js'
import { failure } from '../support/failure.js'
import { allKernels } from './support/kernels.js'
import { layersUnder, weightsOf } from './support/layers.js'
import { normals } from './support/random.js'

const initial = [normals(5, 1), normals(3, 2)]

describe('layers without a network refuse', () => {
  test('to be none', async () => {
    expect(await failure(() => layersUnder(sgd(), []))).toBe('INVALID_CONFIG: weights: expected at least one layer')
  })

  test.each<[string, Float32Array[], Float64Array, string]>([
    [
      'too few gradients',
      [normals(5, 3)],
      Float64Array.of(1, 1),
      'gradients: expected one array a layer, of the layer',
    ],
    [
      'gradients of another size',
      [...initial].reverse(),
      Float64Array.of(1, 1),
      'gradients: expected one array a layer',
    ],
    ['another number of rates than layers', initial, Float64Array.of(1), 'rates: expected one rate a layer'],
  ])('%s', async (_, gradients, rates, message) => {
    const layers = await layersUnder(sgd(), initial)
    expect(await failure(() => layers.step(gradients, rates))).toContain(`INVALID_CONFIG: ${message}`)
    expect(await weightsOf(layers)).toEqual(initial)
  })

  test('weights of another size', async () => {
    const layers = await layersUnder(sgd(), initial)
    const message = await failure(() => layers.setWeights([normals(5, 3), normals(4, 4)]))
    expect(message).toBe("INVALID_CONFIG: weights: expected one array a layer, of the layer's size")
    expect(await weightsOf(layers)).toEqual(initial)
  })
})

test.each(allKernels)('layers none of which is trained stay as they are, with %j', async (kernels) => {
  const settings = { trained: false, controlled: true, rateFactor: 1, decay: 0, decoupledDecay: 0 }
  const layers = await layersUnder(layca(sgd()), initial, { ...kernels, parameters: [settings, settings] })
  const { rotation, norm } = await layers.step([normals(5, 3), normals(3, 4)], Float64Array.of(1, 1))
  expect(rotation).toEqual(new Float64Array(2))
  norm.forEach((found, i) => expect(found).toBeCloseTo(Math.hypot(...initial[i]!), 12))
  expect(await weightsOf(layers)).toEqual(initial)
})

test.each(['monitor', 'step', testDevice === 'cpu' ? 'triad' : 'copy'] as const)(
  '%s can be timed, in nanoseconds',
  async (kernel) => {
    const layers = await layersUnder(sgd(), initial)
    const nanoseconds = await layers.time(kernel, 3)
    expect(nanoseconds).toHaveLength(3)
    for (const each of nanoseconds) expect(each).toBeGreaterThan(0)
  },
)
