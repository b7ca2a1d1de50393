import fc from 'fast-check'
import { expect, test } from 'vitest'
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
