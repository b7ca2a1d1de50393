import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkpointFigureNames } from '../../../src/figure/measure/checkpoint-figures.js'
import { writeMeasurementReport } from '../../../src/report/measure/write-measurement-report.js'
import { syntheticSeries } from '../../measure/synthetic-series.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

const textOf = (file: string) => readFileSync(file, 'utf8').replace(/\s+/g, ' ')

test('the page holds the layers, the notes and the figures, and needs no other file', async () => {
  const folder = join(temporaryFolder(), 'out')
  const series = syntheticSeries({
    layers: ['attn', '<script>alert(1)</script>'],
    steps: [0, 1000],
    values: (layer) => (layer === 1 ? { norm: NaN, not_finite: 3 } : { rotation: 0.1234, angle: Math.PI / 6, norm: 5 }),
  })
  const file = await writeMeasurementReport({ ...series, notes: ['b.safetensors: without attn & more'] }, folder)
  const page = textOf(file)
  expect(page).toContain('2 checkpoints, steps 0 to 1,000, 2 layers')
  expect(page).toContain(
    '<th class="text" scope="row">attn</th> <td class="name">4 × 3</td> <td>0.123</td> <td>30.00</td>',
  )
  expect(page).toContain('<td class="name bad">not finite</td>')
  expect(page).toContain('<li>b.safetensors: without attn &amp; more</li>')
  expect(page.match(/<svg /g)).toHaveLength(4)
  expect(page).not.toMatch(/<script|src=|href=/)
  expect(readdirSync(join(folder, 'figures')).sort()).toEqual(
    checkpointFigureNames.flatMap((name) => [`${name}.png`, `${name}.svg`]).sort(),
  )
})

test('a report replaces an earlier one, and no file of anybody else', async () => {
  const folder = temporaryFolder()
  const two = syntheticSeries({ layers: ['a'], steps: [0, 1] })
  await writeMeasurementReport(two, folder)
  writeFileSync(join(folder, 'figures', 'mine.svg'), 'mine')
  const one = syntheticSeries({ layers: ['a'], steps: [0], values: () => ({ angle: NaN, relative_update: NaN }) })
  await writeMeasurementReport(one, folder)
  expect(existsSync(join(folder, 'figures', 'angle-by-checkpoint.svg'))).toBe(false)
  expect(readdirSync(join(folder, 'figures')).sort()).toEqual([
    'mine.svg',
    'norm-by-checkpoint.png',
    'norm-by-checkpoint.svg',
    'rotation-by-checkpoint.png',
    'rotation-by-checkpoint.svg',
  ])
})

test('300 layers and thousands of notes give a page that a browser shows', async () => {
  const folder = temporaryFolder()
  mkdirSync(folder, { recursive: true })
  const layers = Array.from({ length: 300 }, (_, i) => `layers.${i}.${'x'.repeat(100)}`)
  const series = syntheticSeries({ layers, steps: Array.from({ length: 30 }, (_, i) => i) })
  const notes = Array.from({ length: 5000 }, (_, i) => `note ${i}`)
  const page = readFileSync(await writeMeasurementReport({ ...series, notes }, folder), 'utf8')
  expect(page).toContain('4,000 more are not listed.')
  expect(page.length).toBeLessThan(3e6)
})
