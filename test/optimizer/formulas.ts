import { describe, expect, test } from 'vitest'
import type { LayersOptions } from '../../src/native/contract.js'
import type { OptimizerConfig } from '../../src/optimizer/optimizer.js'
import type { RuleConfig } from '../../src/optimizer/rule.js'
import { layersUnder, weightsOf } from '../native/support/layers.js'
import { combine, norm, type Vector } from '../native/support/vectors.js'
import { controls, rules } from './cases.js'
import { controlProofs } from './control-proofs.js'
import { layerCase, randomLayers, type RandomLayers } from './random-layers.js'
import { referenceLayer } from './reference/layer.js'
import { ruleProofs } from './rule-proofs.js'
import { allKernels, otherKernels } from '../native/support/kernels.js'

/** Layers of odd sizes; most of them decay, in one way or the other. */
const smallLayers = [
  layerCase(1, 1),
  layerCase(7, 7, { decay: 0.01 }),
  layerCase(17 * 3, 3, { decoupledDecay: 0.1 }),
  layerCase(127, 127),
  layerCase(33 * 65, 65, { decay: 0.01 }),
]

/** Layers whose neurons end in the middle of vectors and of a thread's chunks. */
const large = randomLayers([
  layerCase(3 * 6667, 6667, { decay: 0.01 }),
  layerCase(5 * 13_109, 13_109),
  layerCase(1021 * 9, 9, { decoupledDecay: 0.1 }),
])

/** One rule for each formula for which the addon compiles passes over memory. */
const formulas = [...ruleProofs.values()].flatMap(({ formulas = [] }) => formulas)

/** The controls under which a lone weight jumps to and fro. */
const jumping = [...controlProofs.values()].flatMap(({ jumping = [] }) => jumping)

/**
 * Takes steps with the addon, and each of them from the addon's weights in fp64, too.
 *
 * @returns for each layer the largest error of a step as a share of the allowed one: fp32 keeps 24 bits, so storing the
 *   weights rounds them by up to 2⁻²⁴ of their norm, and the step itself may be off by 1e-6 of the longest one
 */
async function follow(
  optimizer: OptimizerConfig,
  { layers, initial, gradientsAt, ratesAt }: RandomLayers,
  steps: number,
  options: Partial<LayersOptions>,
) {
  const rowSizes = layers.map(({ rowSize }) => rowSize)
  const ours = await layersUnder(optimizer, initial, { parameters: layers, rowSizes, ...options })
  const references = referencesOf(optimizer, { layers, initial })
  const path = layers.map(() => 0)
  const longest = layers.map(() => 0)
  const largest = initial.map(norm)
  const ofSteps = layers.map(() => 0)
  let weights = initial
  for (let step = 0; step < steps; step++) {
    const [gradients, rates] = [gradientsAt(step), ratesAt(step)]
    await ours.step(gradients, rates)
    const after = await weightsOf(ours)
    for (const i of layers.keys()) {
      const exact = references[i]!(weights[i]!, gradients[i]!, rates[i]!)
      const length = distance(exact, weights[i]!)
      path[i]! += length
      longest[i] = Math.max(longest[i]!, length)
      largest[i] = Math.max(largest[i]!, norm(exact))
      const allowed = 2 ** -24 * largest[i] + 1e-6 * longest[i]
      ofSteps[i] = Math.max(ofSteps[i]!, distance(after[i]!, exact) / allowed)
    }
    weights = after
  }
  return { weights, ofSteps, path, largest }
}

/** The weights after so many steps in fp64. */
function exactWeights(optimizer: OptimizerConfig, random: RandomLayers, steps: number): Vector[] {
  const references = referencesOf(optimizer, random)
  let weights: Vector[] = random.initial
  for (let step = 0; step < steps; step++) {
    const [gradients, rates] = [random.gradientsAt(step), random.ratesAt(step)]
    weights = weights.map((before, i) => references[i]!(before, gradients[i]!, rates[i]!))
  }
  return weights
}

const referencesOf = (optimizer: OptimizerConfig, { layers, initial }: Pick<RandomLayers, 'layers' | 'initial'>) =>
  layers.map((layer, i) => referenceLayer(optimizer, initial[i]!, layer))

/**
 * The error of all steps together as a share of the allowed one, for each layer: the roundings of the steps are as good as
 * random and add up as a random walk does, and the path may be off by 1e-6 of its length.
 */
const ofAllSteps = ({ weights, path, largest }: Awaited<ReturnType<typeof follow>>, exact: Vector[], steps: number) =>
  weights.map((found, i) => distance(found, exact[i]!) / (Math.sqrt(steps) * 2 ** -24 * largest[i]! + 1e-6 * path[i]!))

const distance = (x: Vector, y: Vector) => norm(combine(1, x, -1, y))

const settings = randomLayers([
  layerCase(51, 3, { trained: false }),
  layerCase(51, 3, { controlled: false, decoupledDecay: 0.1 }),
  layerCase(51, 3, { rateFactor: 0.3, decay: 0.01 }),
  layerCase(51, 3, { rateFactor: 0 }),
  layerCase(51, 3, { controlled: false, rateFactor: 3 }),
])

/**
 * Tests that every rule follows its formulas under every control, over so many steps, in the later of which the rate drops.
 * Large layers, whose references take long, meet each formula under these controls, and one under the others.
 */
export function testFormulas(steps: number, { largeUnder }: { largeUnder: readonly string[] }): void {
  const small = randomLayers(smallLayers, { dropAt: 0.6 * steps })

  describe.each(Object.entries(controls))('under %s', (name, control) => {
    async function expectToFollow(rule: RuleConfig, options: readonly Partial<LayersOptions>[]) {
      const exact = exactWeights(control(rule), small, steps)
      for (const each of options) {
        const followed = await follow(control(rule), small, steps, each)
        const ofAll = ofAllSteps(followed, exact, steps)
        expect(Math.max(...followed.ofSteps), `errors of steps: ${followed.ofSteps.join()}`).toBeLessThan(1)
        // The first layer is a lone weight.
        expect(Math.max(...ofAll.slice(jumping.includes(name) ? 1 : 0)), `errors of all: ${ofAll.join()}`).toBeLessThan(
          1,
        )
      }
    }

    // A control sees a rule's step, not the rule: one rule for each compiled formula is enough under all controls but one.
    const followed = ['no control', 'layca'].includes(name) ? Object.keys(rules) : formulas

    test.each(followed)(`%s follows its formulas in fp64 over ${steps} steps`, async (rule) => {
      await expectToFollow(rules[rule]!, [{}])
    })

    test.each(formulas)('%s does so in ATen operations and in block kernels', async (rule) => {
      await expectToFollow(rules[rule]!, otherKernels)
    })

    const onLarge = largeUnder.includes(name) ? formulas : formulas.slice(0, 1)

    test.each(onLarge)('%s does so on large layers', async (rule) => {
      for (const options of [{ threads: 2 }, ...otherKernels]) {
        // The second step reads every state that the first one wrote.
        const { ofSteps } = await follow(control(rules[rule]!), large, 2, options)
        expect(Math.max(...ofSteps), `errors of steps: ${ofSteps.join()}`).toBeLessThan(1)
      }
    })
  })

  test.each(Object.entries(controls))(
    'layers are frozen, left to the rule, or at a rate of their own under %s',
    async (_, control) => {
      const optimizer = control(rules['adam, epsilon hat']!)
      const exact = exactWeights(optimizer, settings, steps)
      for (const options of allKernels) {
        const followed = await follow(optimizer, settings, steps, options)
        const { ofSteps } = followed
        expect(Math.max(...ofSteps, ...ofAllSteps(followed, exact, steps)), `${ofSteps.join()}`).toBeLessThan(1)
      }
    },
  )
}
