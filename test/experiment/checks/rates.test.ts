import { describe, expect, test } from 'vitest'
import {
  alphaMultipliers,
  constant,
  cosine,
  experiment,
  exponential,
  layca,
  layerMultipliers,
  mlp,
  mnist,
  perLayer,
  scheduleFrom,
  sgd,
  tabulated,
  warmup,
  type ExperimentInput,
} from '../../../src/index.js'
import { learningRateSchema } from '../../../src/schedule/schedule.js'
import { failure } from '../../support/failure.js'
import { typesOf } from '../../support/types-of.js'

const valid: ExperimentInput = {
  name: 'rates',
  data: mnist({ perClass: 10 }),
  model: mlp({ hidden: [8, 8] }),
  optimizer: layca(sgd()),
  learningRate: constant(0.1),
  epochs: 10,
  batchSize: 20,
}

async function complaint(change: Partial<ExperimentInput>): Promise<string> {
  const message = await failure(() => experiment({ ...valid, ...change }))
  return message.replace('INVALID_CONFIG: experiment "rates":', '').trim()
}

const rates = (count: number) => Array<number>(count).fill(0.1)

test('rates that fit the run are taken', () => {
  const fitting: Partial<ExperimentInput>[] = [
    { learningRate: warmup(constant(1), { epochs: 10 }) },
    { learningRate: tabulated(rates(11)) },
    { learningRate: scheduleFrom(() => 1, { epochs: 10, stepsPerEpoch: 5 }) },
    { learningRate: cosine(1, { epochs: 20 }) },
    { learningRate: perLayer({ default: constant(1), layers: { 'dense?': cosine(1), '*2': constant(2) } }) },
    { multipliers: alphaMultipliers(0.6) },
    { multipliers: layerMultipliers({ dense2: 0 }) },
  ]
  for (const change of fitting) expect(experiment({ ...valid, ...change })).toMatchObject(change)
})

describe('refused before anything starts', () => {
  test.each<[Partial<ExperimentInput>, string]>([
    [
      { learningRate: warmup(constant(1), { epochs: 15 }) },
      'learningRate.epochs: a warmup of 15 epochs is longer than the run; expected at most 10',
    ],
    [
      { learningRate: perLayer({ default: constant(1), layers: { dense1: warmup(constant(1), { epochs: 10.5 }) } }) },
      'learningRate.layers.dense1.epochs: a warmup of 10.5 epochs is longer than the run; expected at most 10',
    ],
    [{ learningRate: tabulated(rates(9)) }, 'learningRate.values: 9 rates; expected at least 10, one an epoch'],
    [
      { learningRate: warmup(tabulated(rates(49), { stepsPerEpoch: 5 }), { epochs: 1 }) },
      'learningRate.schedule.values: 49 rates; expected at least 50, one a step: 10 epochs of 5',
    ],
    [
      { learningRate: perLayer({ default: constant(1), layers: { 'conv*': constant(1) } }) },
      'learningRate.layers: "conv*" matches no conv or dense layer of the model; expected dense0, dense1, dense2',
    ],
    [
      { multipliers: layerMultipliers({ dence1: 0.5 }) },
      'multipliers.layers: "dence1" is not a conv or dense layer of the model; did you mean "dense1"? Expected dense0, dense1, dense2',
    ],
    [
      { learningRate: exponential(1, { factor: 1e100 }) },
      'learningRate: the rate of dense0 becomes Infinity in epoch 2; expected finite rates in all 10 epochs',
    ],
    [
      { learningRate: constant(1e20), multipliers: layerMultipliers({ dense1: 1e20 }) },
      'learningRate: the rate of dense1 becomes Infinity in epoch 1; expected finite rates in all 10 epochs',
    ],
  ])('%j', async (change, message) => {
    expect(await complaint(change)).toBe(message)
  })

  test.each<[object, string]>([
    [{ multipliers: { type: 'alpha', alpha: 1 } }, 'multipliers.alpha is 1; expected a number below 1'],
    [
      { multipliers: { type: 'table', layers: { dense0: -1 } } },
      'multipliers.layers.dense0 is -1; expected at least 0',
    ],
    [{ multipliers: [1, 1, 1] }, 'multipliers is [1,1,1]; expected an object with a type, one of alpha, table'],
    [
      { learningRate: { type: 'tabulated', values: [0.1, NaN] } },
      'learningRate.values.1 is NaN; expected a finite number',
    ],
    [
      { learningRate: { type: 'tabulated', values: [[0.1], [0.2]] } },
      'learningRate.values.0 is [0.1]; expected a finite number\n  learningRate.values.1 is [0.2]; expected a finite number',
    ],
    [
      { learningRate: { type: 'cosin', initial: 1 } },
      `learningRate.type is "cosin"; expected one of ${typesOf(learningRateSchema)}; did you mean "cosine"?`,
    ],
    [
      { learningRate: { type: 'warmup', epochs: 1, schedule: { type: 'constant', initial: -1 } } },
      'learningRate.schedule.initial is -1; expected a number above 0',
    ],
  ])('from a file: %j', async (change, message) => {
    expect(await complaint(change as Partial<ExperimentInput>)).toBe(message)
  })
})
