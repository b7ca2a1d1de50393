import { stripVTControlCharacters, styleText } from 'node:util'
import { expect, test } from 'vitest'
import { comparisonTable } from '../../src/cli/terminal/comparison-table.js'
import { table } from '../../src/cli/terminal/table.js'
import type { ExpectedTable } from '../../src/report/expected-table.js'

test('a column is as wide as its widest cell, whatever its style', () => {
  const rows = [
    [styleText('red', 'a'), '1,000'],
    ['long name', '7'],
  ]
  expect(table([{ title: 'name' }, { title: 'n', align: 'right' }], rows).map(stripVTControlCharacters)).toEqual([
    'name           n',
    'a          1,000',
    'long name      7',
  ])
})

test('columns of a group have a common heading, and are wide enough for it', () => {
  const columns = [
    { title: '' },
    { title: 'x', align: 'right', group: 'a wide heading' },
    { title: 'y', align: 'right', group: 'a wide heading' },
    { title: 'z', group: 'left' },
  ] as const
  expect(table(columns, [['row', '1', '2', '3']]).map(stripVTControlCharacters)).toEqual([
    '     a wide heading  left',
    '               x  y  z',
    'row            1  2  3',
  ])
})

const expected: ExpectedTable = {
  title: 'Against the published numbers',
  source: 'published',
  quantities: [
    { title: 'test accuracy (%)', digits: 2, tolerance: { within: 0.6 } },
    { title: 'rotation', digits: 3, tolerance: { within: 0.02 } },
  ],
  rowTitle: 'learning rate',
  rows: [
    {
      label: '3⁻²',
      comparisons: [
        { ours: 96.1, expected: 96.75 },
        { ours: 0.9, expected: 0.898 },
      ],
    },
    { label: '3⁻³', comparisons: [{ ours: 96.6, expected: 96.54 }, { ours: null }] },
  ],
  note: '',
}

test('ours and the expected numbers stand side by side where there is room', () => {
  expect(comparisonTable(expected, 80).map(stripVTControlCharacters)).toEqual([
    '               test accuracy (%)          rotation',
    'learning rate    ours  published   ours  published',
    '3⁻²             96.10    96.75 ✗  0.900    0.898 ✓',
    '3⁻³             96.60    96.54 ✓      –        –',
  ])
})

test('and below one another in a narrow terminal', () => {
  expect(comparisonTable(expected, 40).map(stripVTControlCharacters)).toEqual([
    '               test accuracy (%)',
    'learning rate    ours  published',
    '3⁻²             96.10    96.75 ✗',
    '3⁻³             96.60    96.54 ✓',
    '',
    '                       rotation',
    'learning rate   ours  published',
    '3⁻²            0.900    0.898 ✓',
    '3⁻³                –        –',
  ])
})
