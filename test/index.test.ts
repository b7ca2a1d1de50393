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
