import { expect, test } from 'vitest'
import { matchesGlob } from '../../src/validation/glob.js'

test.each([
  ['dense0', 'dense0', true],
  ['dense0', 'dense', false],
  ['dense0', 'ense0', false],
  ['dense0', 'dense?', true],
  ['dense10', 'dense?', false],
  ['dense', 'dense?', false],
  ['layer1.0.conv1', 'layer1.*', true],
  ['layer1.0.conv1', '*.conv1', true],
  ['layer1.0.conv1', 'layer?.?.conv?', true],
  ['layer1.0.conv1', 'layer1*', true],
  ['layer1.0.conv1', 'layer1.0.conv1*', true],
  ['layer1.0.conv12', '*conv1', false],
  ['conv1', '*', true],
  ['conv1', '**', true],
  ['conv1', 'conv.', false],
  ['conv1', 'Conv1', false],
  ['conv1', '[a-z]*', false],
])('%s and %s: %s', (name, pattern, expected) => {
  expect(matchesGlob(name, pattern)).toBe(expected)
})

test('the same as regular expressions say, for all texts of up to 5 and patterns of up to 4 characters', () => {
  const words = (letters: string, length: number): string[] =>
    length === 0 ? [''] : words(letters, length - 1).flatMap((word) => [word, ...[...letters].map((x) => word + x)])
  const texts = [...new Set(words('ab', 5))]
  for (const pattern of new Set(words('ab*?', 4))) {
    const expression = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`)
    for (const text of texts) {
      if (matchesGlob(text, pattern) !== expression.test(text)) throw new Error(`${text} and ${pattern}`)
    }
  }
})

test('quick, also where a regular expression takes for ever', () => {
  expect(matchesGlob('a'.repeat(5000), `${'*a'.repeat(50)}b`)).toBe(false)
})
