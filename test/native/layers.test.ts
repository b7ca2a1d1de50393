import { describe, expect, test } from 'vitest'
import { sgd } from '../../src/optimizer/sgd.js'
import { testDevice } from '../support/device.js'
import { failure } from '../support/failure.js'
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

test.each(['monitor', 'step', testDevice === 'cpu' ? 'triad' : 'copy'] as const)(
  '%s can be timed, in nanoseconds',
  async (kernel) => {
    const layers = await layersUnder(sgd(), initial)
    const nanoseconds = await layers.time(kernel, 3)
    expect(nanoseconds).toHaveLength(3)
    for (const each of nanoseconds) expect(each).toBeGreaterThan(0)
  },
)
