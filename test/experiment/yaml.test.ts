import { describe, expect, test } from 'vitest'
import { parseYaml } from '../../src/experiment/yaml.js'

describe('YAML', () => {
  test('is read as it is', async () => {
    expect(await parseYaml('a: [1, {b: [x, "]]"]}]\nc:\n  - - 1\n    - 2\n')).toEqual({
      a: [1, { b: ['x', ']]'] }],
      c: [[1, 2]],
    })
    expect(await parseYaml('0.1')).toBe(0.1)
    expect(await parseYaml('')).toBe(null)
    const deep = `${'['.repeat(150)}1${']'.repeat(150)}`
    expect(JSON.stringify(await parseYaml(deep))).toBe(deep)
  })

  test.each([
    ['brackets', '['.repeat(100_000)],
    ['braces', '{a: '.repeat(100_000)],
    ['lists on a line', '- '.repeat(100_000)],
    ['keys on a line', '? '.repeat(100_000)],
    ['indentation', Array.from({ length: 3000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
  ])('that nests too deep by %s is an error, not the end of the process', async (_, text) => {
    await expect(parseYaml(text)).rejects.toThrow('it may nest deeper than 200 levels')
  })

  test('may have many values on a line, which do not nest', async () => {
    const layers = Array.from({ length: 300 }, (_, i) => ({ type: 'relu', name: `relu${i}` }))
    const line = JSON.stringify({ layers }).replaceAll(':', ': ').replaceAll(',', ', ')
    expect(await parseYaml(line)).toEqual({ layers })
    await expect(parseYaml(`[${'? '.repeat(150)}[a, ${'? '.repeat(150)}b]]`)).rejects.toThrow('it may nest deeper')
  })

  test.each([
    ['values in brackets', `a: [${'1,'.repeat(300_000)}]`],
    ['lines', '- 1\n'.repeat(300_000)],
  ])('of too many %s is an error before the parser takes all memory', async (_, text) => {
    await expect(parseYaml(text)).rejects.toThrow('it has more than 262144 lines and elements')
  })

  test('is refused as fast for many errors as for one', async () => {
    const error = 'line 1, column 8: a value has two anchors (&name); expected one'
    await expect(parseYaml(`a: [${'&a &b x,'.repeat(50_000)}]`)).rejects.toThrow(error)
  })

  test('that is not YAML, or grows by aliases, is an error', async () => {
    await expect(parseYaml('a: [1')).rejects.toThrow(
      'line 1, column 6: the line is not indented as its neighbours are, or a bracket',
    )
    await expect(parseYaml('a:\n\tb: 1')).rejects.toThrow('a tab indents the line; expected spaces')
    await expect(parseYaml('a: *b')).rejects.toThrow('an alias (*name) names no anchor (&name) before it')
    await expect(parseYaml('a: {b: 1, "b": 2}')).rejects.toThrow('line 1, column 11: the key "b" stands twice')
    await expect(parseYaml('a: {b: {type:sgd, c: 1}}')).rejects.toThrow(
      'line 1, column 9: a space is missing after the colon of "type:sgd"; expected "type: sgd"',
    )
    await expect(parseYaml('{"a:b": null, c: {"x:y"}, d:, "e:f": 1, http://x: 1}')).resolves.toMatchObject({ d: null })
    const bomb = ['a0: &a0 [x, x]', ...Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`)]
    await expect(parseYaml(bomb.join('\n'))).rejects.toThrow('its aliases (*name) repeat too many values')
  })
})
