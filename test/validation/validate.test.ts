import { describe, expect, test } from 'vitest'
import { constant, experiment, layerMultipliers, perLayer, presets, rotateTo } from '../../src/index.js'
import { failure } from '../support/failure.js'

describe('names that every object has', () => {
  const table = (name: string, value: string) => JSON.parse(`{"${name}":${value}}`) as never

  test.each(['constructor', 'toString', 'hasOwnProperty', 'valueOf'])('such as %s are names like any other', (name) => {
    expect(Object.entries(layerMultipliers(table(name, '0.5')).layers)).toEqual([[name, 0.5]])
    const { layers } = perLayer({ default: constant(1), layers: table(name, '{"type":"constant","initial":0.1}') })
    expect(Object.keys(layers)).toEqual([name])
  })

  test('such as __proto__ are refused as keys, which would otherwise get lost', async () => {
    const refused = '"__proto__" cannot be a key; expected another name'
    expect(await failure(() => layerMultipliers(table('__proto__', '0.5')))).toBe(
      `INVALID_CONFIG: layerMultipliers: layers: ${refused}`,
    )
    const schedule = table('__proto__', '{"type":"constant","initial":0.1}')
    expect(await failure(() => perLayer({ default: constant(1), layers: schedule }))).toContain(refused)
    const curve = table('__proto__', '[[0,0],[1,0.5]]')
    expect(
      await failure(() =>
        rotateTo(
          [
            [0, 0],
            [1, 0.5],
          ],
          { layers: curve },
        ),
      ),
    ).toContain(refused)
    const whole = { ...presets['mnist']!(), record: JSON.parse('{"__proto__":1}') as never }
    expect(await failure(() => experiment(whole))).toBe(`INVALID_CONFIG: experiment "mnist": record: ${refused}`)
  })
})
