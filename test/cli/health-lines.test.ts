import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { healthLines } from '../../src/cli/measure/health-lines.js'
import { syntheticSeries } from '../measure/synthetic-series.js'

test('of more layers than there is room for, the unusual ones are shown before the others', () => {
  const layers = Array.from({ length: 1200 }, (_, i) => `layer${i}`)
  const series = syntheticSeries({
    layers,
    steps: [0, 1],
    values: (layer) => (layer === 700 || layer === 900 ? { norm: 0 } : { norm: 1 }),
  })
  const lines = healthLines(series, 4).map(stripVTControlCharacters)
  expect(lines[0]).toBe('2 checkpoints, steps 0 to 1, 1,200 layers')
  expect(lines.slice(3, 8).map((line) => line.split(' ')[0])).toEqual(['layer0', 'layer1', 'layer700', 'layer900', '…'])
  expect(lines[7]).toBe('… and 1,196 more')
  expect(healthLines(series)).toHaveLength(1200 + 6)
})
