import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  adagrad,
  adam,
  adamW,
  batchNorm,
  constant,
  cosine,
  crossEntropy,
  decoupledWeightDecay,
  dense,
  dropout,
  experiment,
  groupNorm,
  l2,
  layerMultipliers,
  layerNorm,
  leakyRelu,
  lion,
  mlp,
  mnist,
  rmsprop,
  sgd,
  sgdAdamMomentum,
  tabulated,
  weightDecay,
} from '../../src/index.js'
import { fp32 } from '../../src/validation/fp32.js'
import { validate } from '../../src/validation/validate.js'
import { failure } from '../support/failure.js'

describe('a number that the engine computes with as fp32', () => {
  const complaint = (schema: z.ZodNumber, value: number) => failure(() => validate(fp32(schema), value, 'it'))

  test.each([
    [z.number().positive(), 1e-50, '1e-50 becomes 0 in fp32; expected at least 1.2e-38'],
    [z.number().positive(), 1e-40, '1e-40 becomes 0 in fp32; expected at least 1.2e-38'],
    [z.number().min(0), 1e-300, '1e-300 becomes 0 in fp32; expected at least 1.2e-38'],
    [z.number().positive(), 1e39, '1e+39 becomes Infinity in fp32; expected at most 3.4e38'],
    [z.number().min(0).lt(1), 0.99999999, '0.99999999 becomes 1 in fp32; expected at most 0.9999999'],
    [z.number().positive(), 0, 'the value is 0; expected a number above 0'],
    [z.number().min(0).lt(1), 1, 'the value is 1; expected a number below 1'],
    [z.number().positive(), -1e-50, 'the value is -1e-50; expected a number above 0'],
  ])('is refused unless it survives: %#', async (schema, value, message) => {
    expect(await complaint(schema, value)).toBe(`INVALID_CONFIG: it: ${message}`)
  })

  test.each([
    [z.number().positive(), 1.2e-38],
    [z.number().positive(), 3.4e38],
    [z.number().positive(), 0.1],
    [z.number().min(0).lt(1), 0],
    [z.number().min(0).lt(1), 0.9999999],
    [z.number().min(0).max(1), 1],
  ])('is taken as it was given: %# %d', (schema, value) => {
    expect(validate(fp32(schema), value, 'it')).toBe(value)
  })
})

describe('a setting that becomes 0, 1 or infinite in fp32 is refused', () => {
  const [small, large, almostOne] = [1e-50, 1e39, 1 - 1e-9]

  test.each<[string, () => unknown]>([
    ...[small, large].flatMap((number): [string, () => unknown][] => [
      ['epsilon of adam', () => adam({ epsilon: number })],
      ['epsilon of adamW', () => adamW({ epsilon: number })],
      ['weightDecay of adamW', () => adamW({ weightDecay: number })],
      ['epsilon of rmsprop', () => rmsprop({ epsilon: number })],
      ['epsilon of adagrad', () => adagrad({ epsilon: number })],
      ['initialAccumulator of adagrad', () => adagrad({ initialAccumulator: number })],
      ['epsilon of batchNorm', () => batchNorm({ name: 'layer', epsilon: number })],
      ['epsilon of groupNorm', () => groupNorm({ name: 'layer', groups: 1, epsilon: number })],
      ['epsilon of layerNorm', () => layerNorm({ name: 'layer', epsilon: number })],
      ['slope of leakyRelu', () => leakyRelu({ name: 'layer', slope: number })],
      ['factor of l2', () => l2(number)],
      ['factor of weightDecay', () => weightDecay(number)],
      ['factor of decoupledWeightDecay', () => decoupledWeightDecay(number)],
      ['rate', () => constant(number)],
      ['last rate', () => cosine(0.1, { final: number })],
      ['multiplier', () => layerMultipliers({ dense0: number })],
      ['rate of a group', () => grouped({ rate: number })],
      ['weightDecay of a group', () => grouped({ weightDecay: number })],
    ]),
    ['gain of orthogonal', () => dense({ name: 'layer', units: 2, init: { type: 'orthogonal', gain: small } })],
    ['momentum of sgd', () => sgd({ momentum: almostOne })],
    ['momentum of sgdAdamMomentum', () => sgdAdamMomentum({ momentum: almostOne })],
    ['beta1 of adam', () => adam({ beta1: almostOne })],
    ['beta2 of adamW', () => adamW({ beta2: almostOne })],
    ['beta1 of lion', () => lion({ beta1: almostOne })],
    ['rho of rmsprop', () => rmsprop({ rho: almostOne })],
    ['labelSmoothing', () => crossEntropy({ labelSmoothing: almostOne })],
    ['rate of dropout', () => dropout({ name: 'layer', rate: almostOne })],
    ['dropout of mlp', () => mlp({ hidden: [4], dropout: almostOne })],
    ['rate in a table', () => tabulated([0.1, large])],
    ['doubled factor of l2', () => l2(2e38)],
  ])('%s', async (_, make) => {
    expect(await failure(make)).toMatch(
      /becomes (0|1|Infinity) in fp32; expected at (least|most)|expected at most (1.7|3.4)e\+38/,
    )
  })

  const grouped = (change: object) =>
    experiment({
      name: 'groups',
      data: mnist({ perClass: 10 }),
      model: mlp({ hidden: [8] }),
      optimizer: sgd(),
      groups: [{ match: { kind: 'bias' }, ...change }],
      learningRate: constant(0.1),
      epochs: 1,
      batchSize: 10,
    })
})
