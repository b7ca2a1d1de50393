import { describe, expect, test } from 'vitest'
import type { LayersOptions } from '../../src/native/contract.js'
import type { OptimizerConfig } from '../../src/optimizer/optimizer.js'
import type { RuleConfig } from '../../src/optimizer/rule.js'
import { layersUnder, weightsOf } from '../native/support/layers.js'
import { combine, norm, type Vector } from '../native/support/vectors.js'
import { controls, rules } from './cases.js'
import { ruleProofs } from './rule-proofs.js'
import { layerCase, randomLayers, type RandomLayers } from './random-layers.js'
import { referenceLayer } from './reference/layer.js'
import { allKernels, otherKernels } from '../native/support/kernels.js'

/** Of odd sizes; most of them decay, in one way or the other. */
const small = randomLayers([
  layerCase(1, 1),
  layerCase(7, 7, { decay: 0.01 }),
  layerCase(17 * 3, 3, { decoupledDecay: 0.1 }),
  layerCase(127, 127),
  layerCase(33 * 65, 65, { decay: 0.01 }),
])

/** Their neurons end in the middle of vectors and of what a thread takes at a time. */
const large = randomLayers([
  layerCase(3 * 6667, 6667, { decay: 0.01 }),
  layerCase(5 * 13_109, 13_109),
  layerCase(1021 * 9, 9, { decoupledDecay: 0.1 }),
])

/** A rule for each formula for which the passes over memory are compiled. */
const formulas = [...ruleProofs.values()].flatMap(({ formulas = [] }) => formulas)

/**
 * Follows the addon with two references: one takes each step from the addon's weights, which shows the error of that step;
 * the other goes its own way. Both errors are given as shares of what they may be.
 *
 * fp32 keeps 24 bits, so storing a number moves it by up to 2⁻²⁴ of itself. A step may be off by one such rounding of the
 * weights, since they are stored, and by 1e-6 of itself. All steps together may be off by their roundings, which are as good
 * as random and add up as a random walk does, and by 1e-6 of the whole path.
 */
async function errors(
  optimizer: OptimizerConfig,
  random: RandomLayers,
  steps: number,
  options: Partial<LayersOptions>,
) {
  const { layers, initial, gradientsAt, ratesAt } = random
  const rowSizes = layers.map(({ rowSize }) => rowSize)
  const ours = await layersUnder(optimizer, initial, { parameters: layers, rowSizes, ...options })
  const references = () => layers.map((layer, i) => referenceLayer(optimizer, initial[i]!, layer))
  const [fromOurs, byItself] = [references(), references()]
  const path = layers.map(() => 0)
  const longest = layers.map(() => 0)
  const largest = initial.map(norm)
  const ofSteps = layers.map(() => 0)
  let before = initial
  let alone: Vector[] = initial
  for (let step = 0; step < steps; step++) {
    const [gradients, rates] = [gradientsAt(step), ratesAt(step)]
    await ours.step(gradients, rates)
    const after = await weightsOf(ours)
    for (const i of layers.keys()) {
      const exact = fromOurs[i]!(before[i]!, gradients[i]!, rates[i]!)
      const length = distance(exact, before[i]!)
      path[i]! += length
      longest[i] = Math.max(longest[i]!, length)
      largest[i] = Math.max(largest[i]!, norm(exact))
      const allowed = 2 ** -24 * largest[i] + 1e-6 * longest[i]
      ofSteps[i] = Math.max(ofSteps[i]!, distance(after[i]!, exact) / allowed)
    }
    alone = alone.map((weights, i) => byItself[i]!(weights, gradients[i]!, rates[i]!))
    before = after
  }
  const ofAll = layers.map(
    (_, i) => distance(before[i]!, alone[i]!) / (Math.sqrt(steps) * 2 ** -24 * largest[i]! + 1e-6 * path[i]!),
  )
  return { ofSteps, ofAll }
}

const distance = (x: Vector, y: Vector) => norm(combine(1, x, -1, y))

describe.each(Object.entries(controls))('under %s', (name, control) => {
  async function expectToFollow(rule: RuleConfig, options: Partial<LayersOptions>) {
    const { ofSteps, ofAll } = await errors(control(rule), small, 200, options)
    expect(Math.max(...ofSteps), `errors of steps: ${ofSteps.join()}`).toBeLessThan(1)
    // A lone weight that LARC holds near 0 jumps to and fro, and rounding grows from jump to jump.
    expect(Math.max(...ofAll.slice(name === 'larc' ? 1 : 0)), `errors of all: ${ofAll.join()}`).toBeLessThan(1)
  }

  // A control sees a rule's step, not the rule: one rule for each compiled formula is enough under all but one of them.
  const followed = ['no control', 'layca'].includes(name) ? Object.keys(rules) : formulas

  test.each(followed)('%s follows its formulas in fp64 over 200 steps', async (rule) => {
    await expectToFollow(rules[rule]!, {})
  })

  test.each(formulas)('%s does so in ATen operations and in block kernels', async (rule) => {
    for (const options of otherKernels) await expectToFollow(rules[rule]!, options)
  })

  test.each(formulas)('%s does so on large layers', async (rule) => {
    for (const options of [{ threads: 2 }, ...otherKernels]) {
      const { ofSteps } = await errors(control(rules[rule]!), large, 3, options)
      expect(Math.max(...ofSteps), `errors of steps: ${ofSteps.join()}`).toBeLessThan(1)
    }
  })
})

const settings = randomLayers([
  layerCase(51, 3, { trained: false }),
  layerCase(51, 3, { controlled: false, decoupledDecay: 0.1 }),
  layerCase(51, 3, { rateFactor: 0.3, decay: 0.01 }),
  layerCase(51, 3, { rateFactor: 0 }),
  layerCase(51, 3, { controlled: false, rateFactor: 3 }),
])

test.each(Object.entries(controls))(
  'layers are frozen, left to the rule, or at a rate of their own under %s',
  async (_, control) => {
    for (const options of allKernels) {
      const { ofSteps, ofAll } = await errors(control(rules['adam, epsilon hat']!), settings, 20, options)
      expect(Math.max(...ofSteps, ...ofAll), `${ofSteps.join()}`).toBeLessThan(1)
    }
  },
)
