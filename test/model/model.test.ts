import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { conv, dense, flatten, globalAveragePool, relu, residual } from '../../src/model/layers.js'
import { modelSchema, network, type ModelInput } from '../../src/model/model.js'
import { vgg25 } from '../../src/model/zoo/paper-vgg.js'
import { validate } from '../../src/validation/validate.js'
import { failure } from '../support/failure.js'

const model = (value: unknown) => validate(modelSchema, value, 'model')

describe('a model', () => {
  test('with its own layers is a network', () => {
    const layers = [conv({ name: 'c', filters: 10, kernel: 3 }), globalAveragePool({ name: 'p' })]
    expect(network({ layers })).toEqual({ type: 'network', layers })
    expect(model(network({ layers }))).toEqual(network({ layers }))
  })

  test('may be written without the defaults of its layers', () => {
    const written: ModelInput = {
      type: 'network',
      layers: [
        { type: 'residual', name: 'r', layers: [{ type: 'conv', name: 'c', filters: 3, kernel: 3, padding: 'same' }] },
        { type: 'flatten', name: 'f' },
      ],
    }
    expect(model(written).layers).toEqual([
      residual({ name: 'r', layers: [conv({ name: 'c', filters: 3, kernel: 3, padding: 'same' })] }),
      flatten({ name: 'f' }),
    ])
  })

  test('is written as YAML without aliases', () => {
    const pool = { type: 'maxPool', name: 'p', size: 2 }
    expect(stringify(model({ type: 'network', layers: [pool, { ...pool, name: 'q' }] }))).not.toMatch(/[&*]/)
    expect(stringify(model({ type: 'vgg16' }))).not.toMatch(/[&*]/)
  })

  test('of the zoo may be written by its name and options', () => {
    expect(model({ type: 'vgg25', classes: 100 })).toEqual(vgg25({ classes: 100 }))
  })
})

describe('a model is refused', () => {
  const outer = {
    type: 'residual',
    name: 'a',
    layers: [relu({ name: 'b' })],
    shortcut: [{ type: 'residual', name: 'c', layers: [relu({ name: 'b' })] }],
  }

  test.each<[unknown, string]>([
    [5, 'model: the value is 5; expected an object with type'],
    [null, 'model: the value is null; expected an object with type'],
    [{}, 'model: type is missing; expected one of network, exported, vgg25, resnet32'],
    [{ type: 'vgg25', classes: 1 }, 'model: classes is 1; expected at least 2'],
    [{ type: 'vgg25', clases: 100 }, 'model: unknown key "clases"; did you mean "classes"?'],
    [{ type: 'network' }, 'model: layers is missing; expected a list'],
    [{ type: 'network', layers: [] }, 'model: layers is []; expected a list of at least 1'],
    [{ type: 'network', layers: 'x' }, 'model: layers is "x"; expected a list'],
    [
      { type: 'network', layers: [null] },
      'model: layers.0 is null; expected an object with a type, one of conv, dense, ',
    ],
    [{ type: 'vgg25', layers: vgg25().layers, classes: 3 }, 'model: unknown key "classes"; expected type, layers'],
    [
      { type: 'network', layers: [dense({ name: 'a', units: 1 }), outer] },
      [
        'model:',
        '  layers.1.name: "a" is already the name of layer 0; expected a name for each layer',
        '  layers.1.shortcut.0.layers.0.name: "b" is already the name of layer 1.layers.0; expected a name for each layer',
      ].join('\n'),
    ],
    [
      { type: 'network', layers: [{ type: 'residual', name: 'a', layers: [{ type: 'cov', name: 'x' }] }] },
      'model: layers.0.layers.0.type is "cov"; expected one of conv, dense',
    ],
  ])('%j', async (value, message) => {
    expect(await failure(() => model(value))).toContain(`INVALID_CONFIG: ${message}`)
  })

  test('of an unknown type, with the nearest one', async () => {
    const message = await failure(() => model({ type: 'vgg52', clases: 3 }))
    expect(message).toMatch(
      /^INVALID_CONFIG: model: type is "vgg52"; expected one of network, .*; did you mean "vgg25"\?$/,
    )
  })

  test('of more layers than any network has', async () => {
    const layers = (count: number) => Array.from({ length: count }, (_, i) => ({ type: 'relu', name: `relu${i}` }))
    expect(model({ type: 'network', layers: layers(10_000) }).layers).toHaveLength(10_000)
    for (const many of [layers(10_001), [{ type: 'residual', name: 'r', layers: layers(10_000) }]]) {
      expect(await failure(() => model({ type: 'network', layers: many }))).toContain(
        'found more than 10000 layers; expected at most 10000',
      )
    }
  })

  test('nested more than 8 deep', async () => {
    const nested = (depth: number): object =>
      depth === 0
        ? { type: 'dense', name: 'd', units: 1 }
        : { type: 'residual', name: `r${depth}`, layers: [nested(depth - 1)] }
    expect(model({ type: 'network', layers: [nested(8)] }).layers[0]?.name).toBe('r8')
    expect(await failure(() => model({ type: 'network', layers: [nested(9)] }))).toBe(
      `INVALID_CONFIG: model: layers${'.0.layers'.repeat(9)}: residual layers are nested more than 8 deep; expected at most 8`,
    )
  })

  test('nested without end, in a file or by a program, without a stack overflow', async () => {
    const depth = 100_000
    const text = `{"type":"residual","name":"r","layers":[`.repeat(depth) + ']}'.repeat(depth)
    const layers = [JSON.parse(text) as unknown]
    expect(await failure(() => model({ type: 'network', layers }))).toContain('more than 8 deep')
    expect(await failure(() => model({ type: 'network', layers: [{ type: layers }] }))).toContain(
      'layers.0.type is […]',
    )
    const loop: unknown[] = []
    loop.push({ type: 'residual', name: 'r', layers: loop })
    expect(await failure(() => model({ type: 'network', layers: loop }))).toContain('more than 8 deep')
  })
})
