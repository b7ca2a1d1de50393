import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { dataSets } from '../src/data/data.js'
import * as api from '../src/index.js'
import { layerTypes } from '../src/model/layers.js'
import controls from '../src/optimizer/controls/controls.js'
import rules from '../src/optimizer/rules/rules.js'
import curves from '../src/schedule/curves/curves.js'

describe('the package exports a constructor for every', () => {
  const typesOf = (entries: readonly { schema: { shape: { type: { value: string } } } }[]) =>
    entries.map(({ schema }) => schema.shape.type.value)

  test.each([
    ['layer', Object.keys(layerTypes)],
    ['data set', Object.keys(dataSets)],
    ['rule', typesOf(rules)],
    ['control', typesOf(controls)],
    ['schedule', typesOf(curves)],
  ])('%s', (_, types) => {
    expect(types.filter((type) => !(type in api))).toEqual([])
  })
})

test('the types of the package need none of the packages that draw, whose types need a browser', () => {
  const seen = new Set<string>()
  const packages = new Set<string>()
  const visit = (file: URL) => {
    if (seen.has(file.href)) return
    seen.add(file.href)
    const imports = readFileSync(fileURLToPath(file), 'utf8').matchAll(/(?:from|import\() ?'([^']+)'/g)
    for (const [, name = ''] of imports) {
      if (name.startsWith('.')) visit(new URL(name.replace(/\.js$/, '.d.ts'), file))
      else packages.add(name)
    }
  }
  visit(new URL('../dist/index.d.ts', import.meta.url))
  expect(seen.size).toBeGreaterThan(50)
  expect([...packages].filter((name) => !name.startsWith('node:'))).toEqual(['zod'])
})
