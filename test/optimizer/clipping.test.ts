import { describe, expect, test } from 'vitest'
import type { LayersOptions } from '../../src/native/contract.js'
import { clipNorm, clipValue, type GradientClippingConfig } from '../../src/optimizer/gradient-clipping.js'
import { sgd } from '../../src/optimizer/rules/sgd.js'
import { failure } from '../support/failure.js'
import { allKernels } from '../native/support/kernels.js'
import { layersUnder, weightsOf } from '../native/support/layers.js'
import { allParameters, perceptron, smallTrainer, trainEpoch, weightsByName } from '../native/support/small-trainer.js'
import { combine, norm, relativeDistance, sameBits } from '../native/support/vectors.js'
import { controls, rules } from './cases.js'
import { layerCase, randomLayers } from './random-layers.js'
import { clipped } from './reference/clipped.js'
import { ruleProofs } from './rule-proofs.js'

/** Bounds that some of the gradients below exceed, and others do not. */
const clippings: Record<string, GradientClippingConfig> = {
  'the norm of all': clipNorm(0.7),
  'the norm of each': clipNorm(0.3, { per: 'parameter' }),
  'each number': clipValue(0.01),
}

const { layers, initial, gradientsAt, ratesAt } = randomLayers([
  layerCase(7, 7, { decay: 0.01 }),
  layerCase(33 * 65, 65, { decay: 0.01 }),
  layerCase(17 * 3, 3, { decoupledDecay: 0.1 }),
  layerCase(5 * 13_109, 13_109),
])
const rowSizes = layers.map(({ rowSize }) => rowSize)
const asFloats = (gradient: ArrayLike<number>) => Float32Array.from(gradient)

/** One rule for each formula for which the addon compiles passes over memory, and those that scale gradients. */
const formulas = [...ruleProofs.values()].flatMap(({ formulas = [] }) => formulas)
const scaling = Object.keys(rules).filter((name) => ['normalizedSgd', 'effectiveSgd'].includes(rules[name]!.type))

const make = (name: string, rule: string, options: Partial<LayersOptions>) =>
  layersUnder(controls[name]!(rules[rule]!), initial, { parameters: layers, rowSizes, ...options })

describe.each(Object.entries(clippings))('a bound of %s', (_, gradientClipping) => {
  const cases = [
    ...[...formulas, ...scaling].map((rule) => ['no control', rule] as const),
    ...Object.keys(controls).map((control) => [control, formulas[0]!] as const),
  ]

  test.each(cases)('is as good as gradients clipped beforehand, under %s with %s', async (control, rule) => {
    for (const kernels of allKernels) {
      const ours = await make(control, rule, { gradientClipping, ...kernels })
      const plain = await make(control, rule, kernels)
      let binds = 0
      for (let step = 0; step < 8; step++) {
        const gradients = gradientsAt(step)
        const before = clipped(gradientClipping, gradients).map(asFloats)
        binds += before.some((each, i) => !sameBits(each, gradients[i]!)) ? 1 : 0
        await ours.step(gradients, ratesAt(step))
        await plain.step(before, ratesAt(step))
      }
      expect(binds).toBeGreaterThan(0)
      const expected = await weightsOf(plain)
      for (const [layer, weights] of (await weightsOf(ours)).entries()) {
        // Muon's bf16 turns a last bit into one of eight.
        const tolerance = rule.startsWith('muon') || rule.startsWith('nor') ? 1e-3 : 2e-6
        expect(relativeDistance(weights, expected[layer]!), `layer ${layer}`).toBeLessThan(tolerance)
      }
    }
  })

  test('leaves the recorded norm of the gradient as it is', async () => {
    for (const kernels of allKernels) {
      const ours = await make('no control', formulas[0]!, { gradientClipping, ...kernels })
      const { gradient_norm } = await ours.step(gradientsAt(0), ratesAt(0))
      for (const [layer, gradient] of gradientsAt(0).entries())
        expect(gradient_norm[layer]).toBeCloseTo(norm(gradient), 5)
    }
  })

  test('gives the same bits on one thread and on two', async () => {
    const results = []
    for (const threads of [1, 2]) {
      const ours = await make('layca', formulas[0]!, { gradientClipping, threads })
      for (let step = 0; step < 5; step++) await ours.step(gradientsAt(step), ratesAt(step))
      results.push(await weightsOf(ours))
    }
    expect(results[1]).toEqual(results[0])
  })

  test.each([Infinity, NaN])('lets a gradient of %d show in the weights', async (value) => {
    for (const kernels of allKernels) {
      const ours = await make('no control', formulas[0]!, { gradientClipping, ...kernels })
      const gradients = gradientsAt(0).map((gradient) => Float32Array.from(gradient))
      gradients[1]![100] = value
      await ours.step(gradients, ratesAt(0))
      expect((await weightsOf(ours))[1]![100]).not.toSatisfy(Number.isFinite)
    }
  })
})

test('a bound that nothing exceeds changes no bit', async () => {
  for (const gradientClipping of [clipNorm(1e6), clipNorm(1e6, { per: 'parameter' })]) {
    for (const kernels of allKernels) {
      const [bounded, plain] = [
        await make('no control', formulas[0]!, { gradientClipping, ...kernels }),
        await make('no control', formulas[0]!, kernels),
      ]
      for (const each of [bounded, plain]) await each.step(gradientsAt(0), ratesAt(0))
      expect(await weightsOf(bounded)).toEqual(await weightsOf(plain))
    }
  }
})

test('the norm of the network is that of the parameters that train, biases and normalisations included', async () => {
  const rate = 0.1
  const parameters = allParameters(perceptron, [7, 5]).map((one) => ({ ...one, trained: one.name !== 'dense1.weight' }))
  for (const kernels of allKernels) {
    const trainer = await smallTrainer({ parameters, gradientClipping: clipNorm(0.05), ...kernels })
    const order = Int32Array.from({ length: 21 }, (_, i) => i)
    const { gradients } = await trainer.probe(order, 'train')
    expect(gradients.map(({ name }) => name)).not.toContain('dense1.weight')
    const total = Math.hypot(...gradients.map(({ data }) => norm(data)))
    expect(total).toBeGreaterThan(0.1)
    const before = await weightsByName(trainer)
    await trainEpoch(trainer, { order, batchSize: 21, rate })
    const after = await weightsByName(trainer)
    const moved = Math.hypot(...gradients.map(({ name }) => norm(combine(1, after.get(name)!, -1, before.get(name)!))))
    expect(moved / rate).toBeCloseTo(0.05, 5)
    for (const { name, data } of gradients) {
      const step = combine(1, before.get(name)!, -1, after.get(name)!)
      const expected = combine((rate * 0.05) / (total + 1e-6), data, 0, data)
      expect(norm(combine(1, step, -1, expected)), name).toBeLessThan(1e-6)
    }
  }
})

test('the addon refuses bounds that are none', async () => {
  for (const max of [0, -1, NaN, Infinity]) {
    const message = await failure(() => layersUnder(sgd(), initial, { gradientClipping: { type: 'clipValue', max } }))
    expect(message).toContain(`options.gradientClipping.max: expected a number above 0`)
  }
})

describe('a config', () => {
  test('is what its constructor makes', () => {
    expect(clipNorm(1)).toEqual({ type: 'clipNorm', max: 1, per: 'network' })
    expect(clipNorm(1, { per: 'parameter' })).toEqual({ type: 'clipNorm', max: 1, per: 'parameter' })
    expect(clipValue(0.5)).toEqual({ type: 'clipValue', max: 0.5 })
  })

  test.each([
    [() => clipNorm(0), 'clipNorm: max is 0; expected a number above 0'],
    [() => clipNorm(-1), 'clipNorm: max is -1; expected a number above 0'],
    [() => clipNorm(NaN), 'clipNorm: max is NaN; expected a finite number'],
    [() => clipNorm(1e-50), 'clipNorm: max: 1e-50 becomes 0 in fp32; expected at least 1.2e-38'],
    [() => clipValue(1e300), 'clipValue: max: 1e+300 becomes Infinity in fp32; expected at most 3.4e38'],
    [() => clipNorm(1, { per: 'layer' as 'network' }), 'clipNorm: per is "layer"; expected one of network, parameter'],
  ])('is refused: %s', async (make, message) => {
    expect(await failure(make)).toBe(`INVALID_CONFIG: ${message}`)
  })
})
