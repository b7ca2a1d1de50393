import { describe, expect, test } from 'vitest'
import { checkWeights } from '../../src/weights/check-weights.js'
import type { Weights } from '../../src/weights/weights.js'
import { failure } from '../support/failure.js'

const expected = new Map([
  ['conv0.weight', { shape: [4, 3, 3, 3], kind: 'parameter' }],
  ['norm0.weight', { shape: [4], kind: 'parameter' }],
  ['norm0.bias', { shape: [4], kind: 'parameter' }],
  ['norm0.running_mean', { shape: [4], kind: 'buffer' }],
  ['norm0.running_var', { shape: [4], kind: 'buffer' }],
  ['dense.weight', { shape: [10, 4], kind: 'parameter' }],
] as const)

function weightsOf(shapes: Record<string, number[]>): Weights {
  return new Map(
    Object.entries(shapes).map(([name, shape]) => {
      const length = shape.reduce((product, size) => product * size, 1)
      return [name, { shape, data: new Float32Array(length).fill(length) }]
    }),
  )
}

const all = Object.fromEntries(Array.from(expected, ([name, { shape }]) => [name, [...shape]]))

/** The error message for weights that differ from the expected ones. */
async function complaint(shapes: Record<string, number[] | undefined>): Promise<string[]> {
  const given = Object.entries({ ...all, ...shapes }).filter((entry): entry is [string, number[]] => !!entry[1])
  const message = await failure(() => checkWeights(weightsOf(Object.fromEntries(given)), expected, 'f'))
  return message.split('\n  ')
}

describe('weights fit a model', () => {
  test('with all of its tensors', () => {
    const weights = weightsOf(all)
    expect(checkWeights(weights, expected, 'f')).toEqual([...weights].map(([name, tensor]) => ({ name, ...tensor })))
  })

  test('without running statistics, and with counts of batches, which are left out', () => {
    const parameters = Object.fromEntries(Object.entries(all).filter(([name]) => !name.includes('running')))
    const weights = weightsOf({ ...parameters, 'norm0.num_batches_tracked': [] })
    expect(checkWeights(weights, expected, 'f').map(({ name }) => name)).toEqual(Object.keys(parameters))
  })
})

describe('weights do not fit a model', () => {
  test('that has another tensor, and get the nearest name', async () => {
    expect(await complaint({ 'dense.weight': undefined, 'fc.weight': [10, 4], 'dense.weigth': [10, 4] })).toEqual([
      'INVALID_FILE: f does not fit the model:',
      'dense.weight of shape [10, 4] is missing',
      '"fc.weight" of shape [10, 4] is not a tensor of the model',
      '"dense.weigth" of shape [10, 4] is not a tensor of the model; did you mean dense.weight?',
    ])
  })

  test('of another shape', async () => {
    expect(await complaint({ 'dense.weight': [4, 10], 'norm0.running_var': [4, 1] })).toEqual([
      'INVALID_FILE: f does not fit the model:',
      'norm0.running_var has shape [4, 1]; expected [4]',
      'dense.weight has shape [4, 10]; expected [10, 4]',
    ])
  })

  test('in many ways, of which ten are listed', async () => {
    const strangers = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`layer${i}.weight`, [1]]))
    const lines = await complaint(strangers)
    expect(lines).toHaveLength(12)
    expect(lines.at(-1)).toBe('and 9990 more')
  })
})
