import { expect, test } from 'vitest'
import { layca } from '../../src/optimizer/controls/layca.js'
import { layersUnder, weightsOf } from '../native/support/layers.js'
import { angleBetween, norm } from '../native/support/vectors.js'
import { rules } from './cases.js'
import { layerCase, randomLayers } from './random-layers.js'
import { rows } from './reference/rows.js'

const { layers, initial, gradientsAt, ratesAt } = randomLayers([
  layerCase(7, 7),
  layerCase(127, 127, { decay: 0.01 }),
  layerCase(33 * 65, 65),
])
const rowSizes = layers.map(({ rowSize }) => rowSize)

test.each(Object.entries(rules))(
  'layca on %s turns each layer by atan(rate) in each of 1,000 steps and keeps its norm',
  async (_, rule) => {
    const ours = await layersUnder(layca(rule), initial, { parameters: layers })
    let before = initial
    let worstAngle = 0
    let worstNorm = 0
    for (let step = 0; step < 1000; step++) {
      const rates = ratesAt(step)
      const { angle } = await ours.step(gradientsAt(step), rates)
      const after = await weightsOf(ours)
      for (const [i, weights] of after.entries()) {
        const expected = Math.atan(rates[i]!)
        worstAngle = Math.max(
          worstAngle,
          Math.abs(angle[i]! - expected),
          Math.abs(angleBetween(weights, before[i]!) - expected),
        )
        worstNorm = Math.max(worstNorm, Math.abs(norm(weights) / norm(initial[i]!) - 1))
      }
      before = after
    }
    expect(worstAngle).toBeLessThan(1e-6)
    expect(worstNorm).toBeLessThan(1e-6)
  },
)

test.each(Object.entries(rules))(
  'layca by neuron on %s turns each neuron by atan(rate) and keeps its norm',
  async (_, rule) => {
    const ours = await layersUnder(layca(rule, { per: 'neuron' }), initial, { parameters: layers, rowSizes })
    let before = initial
    let worstAngle = 0
    let worstNorm = 0
    for (let step = 0; step < 100; step++) {
      const rates = ratesAt(step)
      await ours.step(gradientsAt(step), rates)
      const after = await weightsOf(ours)
      for (const [i, weights] of after.entries()) {
        const [was, begun] = [rows(before[i]!, rowSizes[i]!), rows(initial[i]!, rowSizes[i]!)]
        for (const [neuron, is] of rows(weights, rowSizes[i]!).entries()) {
          worstAngle = Math.max(worstAngle, Math.abs(angleBetween(is, was[neuron]!) - Math.atan(rates[i]!)))
          worstNorm = Math.max(worstNorm, Math.abs(norm(is) / norm(begun[neuron]!) - 1))
        }
      }
      before = after
    }
    expect(worstAngle).toBeLessThan(1e-6)
    expect(worstNorm).toBeLessThan(1e-6)
  },
)
