import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { measuredColumns } from '../../src/measure/columns.js'

test('docs/checkpoints.md explains every column, in their order', () => {
  const document = readFileSync(new URL('../../docs/checkpoints.md', import.meta.url), 'utf8')
  const rows = document.split('\n').flatMap((line) => {
    const cells = /^\| `(.+?)` +\| (.+?) +\| (.+?) +\|$/.exec(line)
    return cells ? [{ name: cells[1], unit: cells[2], meaning: cells[3] }] : []
  })
  expect(rows).toEqual(measuredColumns.map(({ name, unit, meaning }) => ({ name, unit, meaning })))
})
