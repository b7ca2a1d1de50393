import { expect, test } from 'vitest'
import { actingRates } from '../../src/groups/layer-settings.js'

const settings = { name: 'dense0.weight', controlled: false, decay: 0, decoupledDecay: 0 }

test('the rates that are recorded have the factor of each layer, and are 0 for a frozen one', () => {
  const rates = actingRates(Float64Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6), [
    { ...settings, trained: true, rateFactor: 1 },
    { ...settings, trained: false, rateFactor: 1 },
    { ...settings, trained: true, rateFactor: 0.5 },
  ])
  expect([...rates]).toEqual([0.1, 0, 0.15, 0.4, 0, 0.3])
})
