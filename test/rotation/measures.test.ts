import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { measuredColumns, spectralColumns } from '../../src/measure/columns.js'
import { measures, neuronColumns, neuronMeasures, spectralMeasures } from '../../src/rotation/measures.js'

const document = readFileSync(new URL('../../docs/recorded-columns.md', import.meta.url), 'utf8')

test('docs/recorded-columns.md explains every measure, in the order of the columns', () => {
  const rows = document.split('\n').flatMap((line) => {
    const cells = /^\| `(.+?)` +\| (.+?) +\| (.+?) +\|$/.exec(line)
    return cells ? [{ name: cells[1], unit: cells[2], meaning: cells[3] }] : []
  })
  expect(rows).toEqual([...measures, ...spectralMeasures])
})

test('the spectral measures have the names of the same quantities of checkpoints', () => {
  const ofCheckpoints: string[] = [...measuredColumns, ...spectralColumns].map(({ name }) => name)
  for (const { name } of spectralMeasures) expect(ofCheckpoints).toContain(name)
})

test('docs/recorded-columns.md names the columns of the neurons', () => {
  for (const measure of neuronMeasures) expect(document).toContain(`\`${neuronColumns(measure)[0]!}\``)
})
