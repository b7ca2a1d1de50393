import { expect, test } from 'vitest'
import {
  alphaMultipliers,
  constant,
  cosine,
  layerMultipliers,
  linear,
  perLayer,
  rateTable,
  schedule,
  steps,
  warmup,
  type RateSettings,
} from '../../src/index.js'
import { curveProofs } from '../schedule/curve-proofs.js'
import { needsPyTorch, pytorch } from '../support/pytorch/pytorch.js'

const layers = ['conv', 'stage0.conv0', 'stage0.conv1', 'stage1.conv0', 'dense']
const epochs = 9
const stepsPerEpoch = 7

const plain = [...curveProofs.values()].flatMap(({ baseline }) => baseline)

const settings: RateSettings[] = [
  ...plain.map((learningRate) => ({ learningRate, multipliers: null, epochs })),
  ...(['linear', 'discrete', 'exponential'] as const).map((kind) => ({
    learningRate: warmup(cosine(0.1), { epochs: 2.5, kind, factor: 0.2 }),
    multipliers: alphaMultipliers(0.4),
    epochs,
  })),
  {
    learningRate: perLayer({
      default: linear(0.1),
      layers: {
        '*conv?': constant(0.2),
        'stage1.*': warmup(steps(0.3, { at: [4], factor: 0.5 }), { epochs: 3 }),
        '[dense]': constant(9),
      },
    }),
    multipliers: layerMultipliers({ conv: 0.5, dense: 0 }, { others: 2 }),
    epochs,
  },
  { learningRate: constant(0.1), multipliers: alphaMultipliers(-0.6), epochs },
]

needsPyTorch()

test('the baseline computes the rates of every schedule, warmup and multiplier', async () => {
  const requests = settings.map((config) => [config, layers, stepsPerEpoch])
  const theirs = (await pytorch('test/baseline/rates.py', requests)) as number[][][][]
  expect(theirs).toHaveLength(settings.length)
  for (const [index, config] of settings.entries()) {
    const base = schedule(config.learningRate, { epochs, stepsPerEpoch })
    const errors = theirs[index]!.flatMap((steps, epoch) => {
      const table = rateTable(config, layers, epoch, stepsPerEpoch)
      return steps.flatMap(([own, ...ofLayers], step) => [
        own! - base(epoch + step / stepsPerEpoch),
        ...ofLayers.map((rate, layer) => rate - table[step * layers.length + layer]!),
      ])
    })
    expect(errors).toHaveLength(epochs * stepsPerEpoch * (layers.length + 1))
    expect(Math.max(...errors.map(Math.abs)), JSON.stringify(config.learningRate)).toBeLessThan(1e-14)
  }
})
