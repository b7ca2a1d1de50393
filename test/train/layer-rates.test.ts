import { describe, expect, test } from 'vitest'
import {
  adagrad,
  adam,
  adamW,
  alphaMultipliers,
  constant,
  effectiveSgd,
  experiment,
  layca,
  layerFactors,
  layerMultipliers,
  mlp,
  normalizedSgd,
  perLayer,
  rmsprop,
  sgd,
  sgdAdamMomentum,
  synthetic,
  train,
  type ExperimentInput,
  type Weights,
} from '../../src/index.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const layers = ['dense0', 'dense1', 'dense2']
const rate = 0.1

/** Weights before and after a single step. */
async function oneStep(change: Partial<ExperimentInput>): Promise<[before: Weights, after: Weights]> {
  const config = experiment({
    name: 'one-step',
    data: synthetic({ shape: [1, 6, 6], classes: 3, train: 30, test: 3 }),
    model: mlp({ hidden: [8, 8], classes: 3 }),
    optimizer: sgd(),
    learningRate: constant(rate),
    epochs: 1,
    batchSize: 30,
    device: 'cpu',
    threads: 1,
    ...change,
  })
  const run = await train(config, { runsFolder: temporaryFolder() })
  return [await run.weights('initial'), await run.weights('last')]
}

/** Euclidean distances that the tensors of the layers have moved. */
async function moved(tensor: 'weight' | 'bias', change: Partial<ExperimentInput>): Promise<number[]> {
  const [before, after] = await oneStep(change)
  return layers.map((layer) => {
    const [from, to] = [before, after].map((weights) => weights.get(`${layer}.${tensor}`)!.data)
    return Math.sqrt(from!.reduce((sum, value, i) => sum + (to![i]! - value) ** 2, 0))
  })
}

const rules = {
  sgd: sgd({ momentum: 0.9, nesterov: true }),
  "PyTorch's sgd": sgd({ momentum: 0.9, rateInVelocity: false }),
  sgdAdamMomentum: sgdAdamMomentum(),
  adam: adam(),
  "PyTorch's adam": adam({ epsilonHat: false, amsgrad: true }),
  adamW: adamW(),
  rmsprop: rmsprop(),
  adagrad: adagrad(),
  normalizedSgd: normalizedSgd(),
  effectiveSgd: effectiveSgd(),
}

describe('a layer moves at its own rate', () => {
  test.each(Object.entries(rules))('by %s', async (_, optimizer) => {
    const multipliers = layerMultipliers({ dense1: 0.25, dense2: 0 })
    // Biases begin at 0, from where effectiveSgd, whose step has the norm of the tensor, does not move.
    const tensors = optimizer.type === 'effectiveSgd' ? (['weight'] as const) : (['weight', 'bias'] as const)
    for (const tensor of tensors) {
      const plain = await moved(tensor, { optimizer })
      expect(Math.min(...plain)).toBeGreaterThan(0)
      const ratios = (await moved(tensor, { optimizer, multipliers })).map((distance, i) => distance / plain[i]!)
      expect(ratios).toEqual([expect.closeTo(1, 6), expect.closeTo(0.25, 3), 0])
    }
  })

  test.each(Object.entries(rules))('under Layca on %s, turning by the arc tangent of it', async (_, rule) => {
    const multipliers = alphaMultipliers(0.6)
    const factors = layerFactors(multipliers, layers)
    const [before, after] = await oneStep({ optimizer: layca(rule), multipliers })
    const tangents = layers.map((layer) =>
      tangent(before.get(`${layer}.weight`)!.data, after.get(`${layer}.weight`)!.data),
    )
    // The slowest layer turns by a thousandth, of which float32 weights keep three digits.
    expect(tangents.map((value, i) => value / (rate * factors[i]!))).toEqual(
      layers.map(() => expect.closeTo(1, 2) as number),
    )
  })

  test('by schedules per layer as by multipliers', async () => {
    const learningRate = perLayer({ default: constant(rate), layers: { '*1': constant(rate / 4) } })
    const [, one] = await oneStep({ learningRate })
    const [, other] = await oneStep({ multipliers: layerMultipliers({ dense1: 0.25 }) })
    expect(one).toEqual(other)
  })
})

/** Tangent of the angle between two vectors. */
function tangent(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, i) => sum + value * y[i]!, 0)
  const along = dot(a, b) / dot(a, a)
  const across = b.map((value, i) => value - along * a[i]!)
  return Math.sqrt(dot(across, across) / dot(a, a)) / along
}
