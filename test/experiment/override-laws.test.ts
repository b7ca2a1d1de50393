import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { validateExperiment } from '../../src/experiment/experiment.js'
import { override } from '../../src/experiment/overrides.js'
import { presets } from '../../src/experiment/presets.js'
import { LayerRotationError } from '../../src/errors.js'

const preset = presets['mnist']!()

type Path = readonly string[]

/** Yields the path of every value in the experiment, lists and objects too, by keys and indices. */
function* pathsIn(value: unknown, path: Path = []): Generator<Path> {
  if (path.length > 0) yield path
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value)) yield* pathsIn(inner, [...path, key])
}

/** Returns a copy in which only the value at `path` differs; written by hand as an independent source. */
function withValue(value: unknown, [key, ...rest]: Path, replacement: unknown): unknown {
  if (key === undefined) return replacement
  if (Array.isArray(value))
    return (value as unknown[]).map((inner, i) => (String(i) === key ? withValue(inner, rest, replacement) : inner))
  const object = value as Record<string, unknown>
  return { ...object, [key]: withValue(object[key], rest, replacement) }
}

/** Tells whether a value is a part with a type, in place of which a word or a number means something else. */
const isTyped = (keys: Path): boolean => {
  const at = keys.reduce((object, key) => (object as Record<string, unknown>)[key], preset as unknown)
  return typeof at === 'object' && at !== null && 'type' in at && !('name' in at)
}

const path = fc.constantFrom(...pathsIn(preset))
/** Any JSON value, which YAML reads as the same. */
const value = fc
  .jsonValue({ maxDepth: 3 })
  .map((json) => JSON.parse(JSON.stringify(json)) as unknown) // −0 becomes 0
  .filter((json) => !/__proto__|-0/.test(JSON.stringify(json)))
/** A key that no object of the experiment has. */
const strangeKey = fc.constantFrom(
  'no',
  'epoch',
  'Epochs',
  '00',
  '-1',
  'toString',
  'constructor',
  'prototype',
  '__proto__',
)

async function codeOf(work: () => Promise<unknown>): Promise<string> {
  return work().then(
    () => 'none',
    (error: unknown) => (error instanceof LayerRotationError ? error.code : String(error)),
  )
}

const applied = async (assignment: string) => validateExperiment(await override(preset, [assignment]), 'test')

describe('an override', () => {
  test('sets the value at its path and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(path, value, async (keys, json) => {
        fc.pre(!(isTyped(keys) && (typeof json === 'string' || typeof json === 'number')))
        // Words stand for loggers.
        fc.pre(!(keys.join() === 'loggers' && [json].flat().some((each) => typeof each === 'string')))
        const before = structuredClone(preset)
        const changed = await override(preset, [`${keys.join('.')}=${JSON.stringify(json)}`])
        expect(changed).toEqual(withValue(preset, keys, json))
        expect(preset).toEqual(before)
      }),
      { numRuns: 300 },
    )
  })

  test('of the present value changes nothing', async () => {
    for (const keys of pathsIn(preset)) {
      const there = keys.reduce<unknown>((inner, key) => (inner as Record<string, unknown>)[key], preset)
      expect(await applied(`${keys.join('.')}=${JSON.stringify(there)}`)).toEqual(preset)
    }
  })

  test('by an unknown path is an error, wherever in the path the unknown key is', async () => {
    await fc.assert(
      fc.asyncProperty(path, strangeKey, fc.array(strangeKey, { maxLength: 2 }), async (keys, strange, more) => {
        const at = fc.sample(fc.nat(keys.length), { numRuns: 1, seed: keys.length + strange.length })[0]!
        const assignment = `${[...keys.slice(0, at), strange, ...more].join('.')}=1`
        expect(await codeOf(() => applied(assignment)), assignment).toBe('INVALID_CONFIG')
      }),
      { numRuns: 300 },
    )
  })

  test('reaches no prototype, by its path or by its value', async () => {
    const pollution = ['__proto__.x', 'constructor.prototype.x', '__proto__.constructor.prototype.x', 'constructor.x']
    for (const keys of [[], ...pathsIn(preset)]) {
      for (const tail of pollution) {
        const assignment = `${[...keys, tail].join('.')}=1`
        expect(await codeOf(() => applied(assignment)), assignment).toBe('INVALID_CONFIG')
      }
      const assignment = `${[...keys, 'x'].join('.')}={"__proto__": {x: 1}, constructor: {prototype: {x: 1}}}`
      expect(await codeOf(() => applied(assignment)), assignment).toBe('INVALID_CONFIG')
    }
    for (const object of [{}, [], () => 0, preset]) expect('x' in object).toBe(false)
  })
})

test('a message shows the beginning of a long assignment only', async () => {
  const long = 'x'.repeat(1_000_000)
  for (const assignment of [long, `${long}=1`, `model.${long}.y=1`, `epochs=[${long}`, `epochs=${long}`]) {
    const error: unknown = await applied(assignment).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(LayerRotationError)
    expect((error as Error).message.length).toBeLessThan(2000)
  }
})
