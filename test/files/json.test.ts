import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseJson } from '../../src/files/json.js'
import { failure } from '../support/failure.js'

test('JSON is parsed as by JSON.parse', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(0, 1), (value, indent) => {
      const text = JSON.stringify(value, null, indent)
      expect(parseJson(text, 'a.json')).toEqual(JSON.parse(text))
    }),
  )
})

test.each([
  ['{"a": 1, "a": 1}', 1, '"a"'],
  ['{"a": 1,\n"b": [{"c": 1,\n"c" : 2}]}', 3, '"c"'],
  ['[{}, {"x": {"x": {}}, "y": [], "x": 1}]', 1, '"x"'],
  ['{"a": 1,\n\n"\\u0061": 1}', 3, '"\\u0061"'],
  ['{"a\\"": 1, "a": {"a": 2}, "a\\"": 1}', 1, '"a\\""'],
  ['{"": 1, "": 1}', 1, '""'],
  ['{"__proto__": 1, "__proto__": 1}', 1, '"__proto__"'],
])('%s has a key twice', async (text, line, key) => {
  expect(await failure(() => parseJson(text, 'a.json'))).toBe(
    `INVALID_FILE: a.json is not valid JSON: line ${line}: the key ${key} stands twice in one object; remove one`,
  )
})

test.each([
  '{"a": "a", "b": "a"}',
  '[{"a": 1}, {"a": 1}]',
  '{"a": {"a": ["a", "a"]}}',
  '{"a": "\\"a\\":", "b\\\\": 1}',
])('%s has no key twice', (text) => {
  expect(parseJson(text, 'a.json')).toEqual(JSON.parse(text))
})

describe('JSON', () => {
  test('of the size of the longest tables of an experiment is read', () => {
    const points = Array.from({ length: 2 ** 20 }, (_, i) => [i, 0.5])
    expect(parseJson(JSON.stringify({ points }), 'f')).toEqual({ points })
  })

  test('may have any brackets and commas in its texts', () => {
    const value = { '["\\': `${'[{,'.repeat(2 ** 22)}"\\` }
    expect(parseJson(JSON.stringify(value), 'f')).toEqual(value)
  })

  test('that is not JSON is refused', async () => {
    expect(await failure(() => parseJson('{"a', 'f'))).toMatch(/^INVALID_FILE: f is not valid JSON: /)
    expect(await failure(() => parseJson(']]', 'f'))).toMatch(/^INVALID_FILE: f is not valid JSON: /)
  })

  test('that would take all memory is refused before', async () => {
    const deep = 'INVALID_FILE: f cannot be read: position 500: it nests deeper than 500 levels'
    expect(await failure(() => parseJson('['.repeat(2.5e8), 'f'))).toBe(deep)
    expect(await failure(() => parseJson('{"a":'.repeat(1000), 'f'))).toContain('it nests deeper than 500 levels')
    for (const part of ['[],', '{},', '0,']) {
      expect(await failure(() => parseJson(`[${part.repeat(2 ** 23)}0]`, 'f'))).toContain(
        'it has more than 8388608 values',
      )
    }
  })
})
