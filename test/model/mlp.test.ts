import { describe, expect, test } from 'vitest'
import { mlp } from '../../src/model/zoo/mlp.js'
import { failure } from '../support/failure.js'

describe('mlp', () => {
  test("is the paper's net for MNIST, with Keras's defaults", () => {
    const dense = { type: 'dense', bias: true, init: { type: 'glorotUniform' }, biasInit: { type: 'zeros' } }
    expect(mlp({ hidden: [784], batchNorm: true })).toEqual({
      type: 'mlp',
      layers: [
        { type: 'flatten', name: 'flatten' },
        { ...dense, name: 'dense0', units: 784 },
        {
          type: 'batchNorm',
          name: 'batchNorm0',
          epsilon: 1e-3,
          momentum: 0.01,
          scale: true,
          shift: true,
          runningVariance: 'biased',
        },
        { type: 'relu', name: 'relu0' },
        { ...dense, name: 'dense1', units: 10 },
      ],
    })
  })

  test('numbers its layers from 0', () => {
    const { layers } = mlp({ hidden: [8, 4], batchNorm: true, dropout: 0.5, classes: 3 })
    expect(layers.map(({ name }) => name)).toEqual([
      'flatten',
      'dense0',
      'batchNorm0',
      'relu0',
      'dropout0',
      'dense1',
      'batchNorm1',
      'relu1',
      'dropout1',
      'dense2',
    ])
  })

  test('without hidden layers is a linear classifier', () => {
    expect(mlp({ hidden: [] }).layers.map(({ type }) => type)).toEqual(['flatten', 'dense'])
  })

  test('names what is wrong', async () => {
    expect(await failure(() => mlp({ hidden: [0] }))).toBe('INVALID_CONFIG: mlp: hidden.0 is 0; expected at least 1')
    expect(await failure(() => mlp({ hidden: [8], dropout: 1 }))).toBe(
      'INVALID_CONFIG: mlp: dropout is 1; expected a number below 1',
    )
  })
})
