import { describe, expect, test } from 'vitest'
import type { NativeTrainer } from '../../src/native/contract.js'
import { addonMeasures, type AddonMeasure } from '../../src/rotation/measures.js'
import { layersUnder, weightsOf } from '../native/support/layers.js'
import { smallTrainer, trainEpoch, weightsByName } from '../native/support/small-trainer.js'
import { cosineDistance } from '../native/support/vectors.js'
import { inTier } from '../support/tier.js'
import { controls, rules } from './cases.js'
import { layerCase, randomLayers } from './random-layers.js'
import { recorded } from './reference/recorded.js'
import { allKernels } from '../native/support/kernels.js'

const { layers, initial, gradientsAt, ratesAt } = randomLayers([
  layerCase(1, 1),
  layerCase(7, 7, { decay: 0.01 }),
  layerCase(17 * 3, 3, { decoupledDecay: 0.1 }),
  layerCase(127, 127, { trained: false }),
  layerCase(33 * 65, 65, { rateFactor: 0.5 }),
  layerCase(20_001, 6667),
])
const rowSizes = layers.map(({ rowSize }) => rowSize)

type Expected = ReturnType<typeof recorded>

/**
 * Errors that are allowed where they are more than 1e-12 of the value. The sums are fp64 over differences between fp32
 * numbers, which are exact. But if a step lies along the weights, the square of its tangential part is the small difference
 * of large squares, and its root has half their digits.
 */
const allowed: Partial<Record<AddonMeasure, (expected: Expected) => number>> = {
  rotation: ({ rotation }) => 1e-9 * rotation + 1e-15,
  angle: ({ angle, radial, norm }) => 1e-9 * angle + (5e-8 * Math.abs(radial)) / norm,
  radial: ({ radial, norm }) => 1e-9 * Math.abs(radial) + 1e-13 * norm,
  tangential: ({ tangential, radial }) => 1e-9 * tangential + 5e-8 * Math.abs(radial),
}

describe.each(['no control', 'layca', 'rotational', 'projected, wide', 'lars'])('under %s', (control) => {
  test.each(['sgd', 'sgd, nesterov', 'amsgrad, epsilon hat', 'adagrad'])(
    '%s records what fp64 makes of the weights before and after each step',
    async (rule) => {
      for (const kernels of allKernels) {
        const optimizer = controls[control]!(rules[rule]!)
        const ours = await layersUnder(optimizer, initial, { parameters: layers, rowSizes, ...kernels })
        let before = initial
        for (let step = 0; step < inTier(6, 25); step++) {
          const [gradients, rates] = [gradientsAt(step), ratesAt(step)]
          const record = await ours.step(gradients, rates)
          expect(Object.keys(record)).toEqual(['steps', ...addonMeasures, 'references'])
          const after = await weightsOf(ours)
          for (const [i, { trained, rateFactor, rowSize }] of layers.entries()) {
            const expected = recorded({
              initial: initial[i]!,
              before: before[i]!,
              after: after[i]!,
              gradient: gradients[i]!.map((g) => (trained ? g : NaN)),
              rate: trained ? rateFactor * rates[i]! : 0,
              rowSize,
            })
            for (const quantity of addonMeasures) {
              const [found, value] = [record[quantity][i]!, expected[quantity]]
              const place = `${quantity} of layer ${i} at step ${step}: ${found}, expected ${value}`
              if (Number.isNaN(value)) expect(found, place).toBeNaN()
              else {
                const error = allowed[quantity]?.(expected) ?? 1e-12 * Math.abs(value)
                expect(Math.abs(found - value), place).toBeLessThanOrEqual(error)
              }
            }
          }
          before = after
        }
      }
    },
  )
})

describe('in training', () => {
  /** [units][inputs] of the layers dense0 and dense1. */
  const inputs = [35, 11]
  const weightsOfLayers = async (trainer: NativeTrainer) => {
    const weights = await weightsByName(trainer)
    return [weights.get('dense0.weight')!, weights.get('dense1.weight')!]
  }

  test.each(allKernels)(
    'neurons and references are recorded as fp64 has them; ATen operations: %s',
    async (kernels) => {
      const trainer = await smallTrainer({ optimizer: controls['layca by neuron']!(rules.rmsprop!), ...kernels })
      const first = await weightsOfLayers(trainer)
      const given = first.map((weights, i) => weights.map((value, j) => value + Math.sin(i + j)))
      const names = ['dense0.weight', 'dense1.weight']
      const tensors = given.map((data, i) => ({ name: names[i]!, shape: [data.length / inputs[i]!, inputs[i]!], data }))
      await trainer.setReference('given', tensors)
      let marked = first
      for (let step = 0; step < 6; step++) {
        const before = await weightsOfLayers(trainer)
        if (step % 3 === 0) {
          await trainer.setReference('marked')
          marked = before
        }
        const { records } = await trainEpoch(trainer, {
          batchSize: 21,
          rate: 0.05,
          record: { steps: Int32Array.of(0), neurons: true, references: ['given', 'marked'] },
        })
        const after = await weightsOfLayers(trainer)
        for (const i of inputs.keys()) {
          const expected = recorded({
            initial: first[i]!,
            before: before[i]!,
            after: after[i]!,
            gradient: [],
            rate: 0.05,
            rowSize: inputs[i]!,
          }).neurons
          for (const q of [0, 1, 2, 3, 4]) {
            expect(records.neurons!.rotation[5 * i + q]).toBeCloseTo(expected.rotation[q]!, 12)
            expect(records.neurons!.angle[5 * i + q]).toBeCloseTo(expected.angle[q]!, 10)
          }
          expect(records.references.given![i]).toBeCloseTo(cosineDistance(after[i]!, given[i]!), 12)
          expect(records.references.marked![i]).toBeCloseTo(cosineDistance(after[i]!, marked[i]!), 12)
        }
      }
    },
  )
})
