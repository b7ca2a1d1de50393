import { expect, test } from 'vitest'
import { term } from '../../src/report/term.js'

const lines = (texts: readonly string[]) =>
  [...term('seed', texts).text.matchAll(/<div[^>]*>([^<]*)<\/div>/g)].map(([, line]) => line)

test('an entry has each text once, and says how many are left out', () => {
  const texts = Array.from({ length: 300 }, (_, i) => String(i))
  expect(lines(['1', '2', '1'])).toEqual(['1', '2'])
  expect(lines(texts.slice(0, 12))).toEqual(texts.slice(0, 12))
  expect(lines(texts)).toEqual([...texts.slice(0, 11), 'and 289 more'])
})
