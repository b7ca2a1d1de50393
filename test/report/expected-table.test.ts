import { describe, expect, test } from 'vitest'
import { asExpected, expectedTable, type ExpectedTable, type Quantity } from '../../src/report/expected-table.js'

const accuracy: Quantity = { title: 'test accuracy (%)', digits: 2, tolerance: { within: 0.6 } }
const fit: Quantity = { title: 'train accuracy (%)', digits: 2, tolerance: { atLeast: 99.9 } }

const table: ExpectedTable = {
  title: 'Against the published numbers',
  source: 'published',
  quantities: [accuracy, fit],
  rowTitle: 'learning rate',
  rows: [
    {
      label: '3⁻²',
      comparisons: [
        { ours: 96.1, expected: 96.75 },
        { ours: 100, expected: 100 },
      ],
    },
    { label: '3⁻³', comparisons: [{ ours: 96.62, expected: 96.54 }, { ours: 99.5 }] },
  ],
  note: 'from <nowhere>',
}

/** Text of the cells of each row of the body. */
function rows(html: string): string[][] {
  const body = /<tbody>([^]*)<\/tbody>/.exec(html)?.[1] ?? ''
  return body
    .split('<tr>')
    .slice(1)
    .map((row) =>
      [...row.matchAll(/<(?:td|th)[^>]*>([^]*?)<\/(?:td|th)>/g)].map(([, cell = '']) => cell.replace(/<[^>]*>/g, '')),
    )
}

describe('the table of ours against published numbers', () => {
  test('gives our number, the published one, the difference and whether it is as expected', () => {
    expect(rows(expectedTable(table).text)).toEqual([
      ['3⁻²', '96.10', '96.75', '−0.65 ✗', '100.00', '100.00', '0.00 ✓'],
      ['3⁻³', '96.62', '96.54', '+0.08 ✓', '99.50', '–', '– ✗'],
    ])
  })

  test('says what is expected, also to screen readers', () => {
    const { text } = expectedTable(table)
    expect(text).toContain('<h2 id="expected">Against the published numbers</h2>')
    expect(text).toContain('<th scope="col">published</th>')
    expect(text).toContain('expected within ±0.6')
    expect(text).toContain('expected at least 99.9')
    expect(text).toContain('aria-label="outside of what is expected"')
    expect(text).toContain('from &lt;nowhere&gt;')
    expect(text.match(/<th scope="row">/g)).toHaveLength(2)
    expect(text.match(/scope="colgroup"/g)).toHaveLength(2)
  })

  test('judges by the difference either way or by the smallest value', () => {
    expect(asExpected(accuracy, { ours: 97.3, expected: 96.75 })).toBe(true)
    expect(asExpected(accuracy, { ours: 97.4, expected: 96.75 })).toBe(false)
    expect(asExpected(accuracy, { ours: 96.75 })).toBeUndefined()
    expect(asExpected(accuracy, { ours: null, expected: 96.75 })).toBeUndefined()
    expect(asExpected(fit, { ours: 99.9 })).toBe(true)
    expect(asExpected(fit, { ours: 99.89 })).toBe(false)
  })
})
