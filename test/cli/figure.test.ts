import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { LayerTable } from '../../src/rotation/layer-table.js'
import { layersHeader, layersLines } from '../../src/rotation/layers-csv.js'
import { metricsColumns } from '../../src/run/metrics-columns.js'
import { texts } from '../figure/plot.js'
import { recordedStudy } from '../study/recorded-study.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { smallExperiment } from '../train/small-experiment.js'
import { commandHere } from './command-line.js'

const study = () =>
  recordedStudy(
    { name: 'rates', base: smallExperiment, axes: { 'learningRate.initial': [0.1, 0.01], seed: [1, 2] } },
    () => ({}),
  )

test('figure draws a study, and table prints its results', async () => {
  const folder = await study()
  const cwd = temporaryFolder()
  const drawn = await commandHere(['figure', folder, '--format', 'svg,png,pdf', '--dpi', '72', '--width', '90 mm'], {
    cwd,
  })
  expect(drawn.code).toBe(0)
  expect(drawn.stdout.split('\n').filter(Boolean)).toHaveLength(3)
  for (const format of ['svg', 'png', 'pdf']) expect(existsSync(join(cwd, `rotation.${format}`))).toBe(true)
  expect(readFileSync(join(cwd, 'rotation.svg'), 'utf8')).toContain('width="90mm"')
  const table = await commandHere(['table', folder])
  expect(table.stdout).toContain('\\begin{tabular}{lrrrr}\n')
  expect(table.stdout).toContain('\n  0.01 & 2 & $90.00 \\pm 0.00$ & ')
})

test('figure draws what a run records, and names what it does not', async () => {
  const folder = await study()
  const [run] = readdirSync(folder).filter((name) => name.startsWith('seed') || name.includes('initial'))
  const path = join(folder, run!)
  const layers = readFileSync(join(path, 'rotation.csv'), 'utf8').split('\n')[0]!.split(',').slice(1)
  const values = (value: number) => Float64Array.from(layers, () => value)
  const table = new LayerTable(
    layers,
    Int32Array.of(3),
    new Map([
      ['rotation', values(0.5)],
      ['norm', values(2)],
    ]),
  )
  writeFileSync(join(path, 'layers.csv'), layersHeader(table.columns) + layersLines(table, 3))
  const cwd = temporaryFolder()
  const { code } = await commandHere(
    ['figure', path, '--of', 'norm', '--layers', layers[0]!, '--output', 'a/norm.svg', '--axis', '0..4'],
    { cwd },
  )
  expect(code).toBe(0)
  const svg = readFileSync(join(cwd, 'a/norm.svg'), 'utf8')
  expect(texts(svg, 'role-axis-title')).toEqual(['epoch', 'norm of the weights'])
  expect(texts(svg, 'role-legend-label')).toEqual([layers[0]])
  const refused = await commandHere(['figure', path, '--of', 'nrm'], { cwd })
  expect([refused.code, refused.stderr]).toEqual([
    2,
    `error: ${path} has no "nrm"; did you mean "norm"? It has rotation, norm, ${metricsColumns.slice(1).join(', ')}\n`,
  ])
})

test.each([
  ['--of a,,b', '--of is "a,,b"; expected names with commas between them'],
  ['--width wide', '--width is "wide"; expected a number of mm, such as 85mm'],
  ['--font-size 8mm', '--font-size is "8mm"; expected a number of pt, such as 8pt'],
  ['--axis 1..0', '--axis is "1..0"; expected fitted, or two ascending numbers, such as 0..1'],
  ['--format eps', '--format: "eps" is not a format; expected svg, png, pdf'],
])('figure refuses %s', async (option, message) => {
  const { code, stderr } = await commandHere(['figure', '/nowhere', ...option.split(' ')])
  expect(code).toBe(2)
  expect(stderr).toContain(`error: ${message}\n`)
})
