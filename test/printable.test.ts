import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LayerRotationError } from '../src/errors.js'
import { json } from '../src/files/json.js'
import { printable, printableLines } from '../src/printable.js'

test.each([
  ['\u001b[2J', '\\u001b[2J'],
  ['\u009b31m', '\\u009b31m'],
  ['a\r\nb\tc', 'a\\u000d\\nb\\tc'],
  ['\u0000\u007f\u202e\u2066\u2028', '\\u0000\\u007f\\u202e\\u2066\\u2028'],
  ['größer 3⁻² 👩‍🔬 مرحبا', 'größer 3⁻² 👩‍🔬 مرحبا'],
])('%j is shown as %s', (text, shown) => {
  expect(printable(text)).toBe(shown)
})

test('of several lines only the ends of lines and tabs stay', () => {
  expect(printableLines('a\r\nb\tc\rd\u001b]0;title\u0007')).toBe('a\nb\tc\\u000dd\\u001b]0;title\\u0007')
})

test('the message of an error has no control characters, whatever it repeats', () => {
  const error = new LayerRotationError('INVALID_FILE', 'first\n  \u001b[31m\u009b2J is missing')
  expect(error.message).toBe('first\n  \\u001b[31m\\u009b2J is missing')
})

test('JSON files have no control characters and the same content', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const written = json({ [text]: text })
      expect(written).not.toMatch(/[^\P{Cc}\n]/u)
      expect(JSON.parse(written)).toEqual({ [text]: text })
    }),
  )
})
