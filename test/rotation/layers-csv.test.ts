import { describe, expect, test } from 'vitest'
import { LayerTable } from '../../src/rotation/layer-table.js'
import { layersHeader, layersLines, paperRotation, parseLayers } from '../../src/rotation/layers-csv.js'
import { failure } from '../support/failure.js'

const layers = ['a', 'b']
const table = new LayerTable(
  layers,
  Int32Array.of(1, 3, 4, 6),
  new Map([
    ['rotation', Float64Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)],
    ['gradient_norm', Float64Array.of(1, NaN, 3, NaN, 5, NaN, Infinity, NaN)],
  ]),
)
const text = layersHeader(table.columns) + layersLines(table, 3)

describe('layers.csv', () => {
  test('reads back, with the epochs', () => {
    const read = parseLayers(text, 'f', layers)
    expect(read.steps).toEqual(table.steps)
    expect(read.columns).toEqual(['epoch', 'rotation', 'gradient_norm'])
    expect(read.column('gradient_norm')).toEqual(table.column('gradient_norm'))
    expect([...read.layer('b', 'epoch')]).toEqual([1 / 3, 1, 4 / 3, 2])
  })

  test('that was cut off has the steps that are whole', () => {
    expect(text.split('\n')).toHaveLength(10)
    for (let length = layersHeader(table.columns).length; length <= text.length; length++) {
      const lines = text.slice(0, length).split('\n').length - 2
      expect(parseLayers(text.slice(0, length), 'f', layers).steps).toHaveLength(Math.floor(lines / 2))
    }
  })

  test('gives the rotation after the first step of each epoch', () => {
    const rotation = paperRotation(parseLayers(text, 'f', layers))
    expect(rotation.epochs).toEqual([0, 1 / 3, 4 / 3])
    expect(rotation.layer('b')).toEqual([0, 0.2, 0.6])
  })

  test.each([
    ['', 'f:1: found no line; expected column names'],
    ['epoch,dense0\n', 'f:1: the first columns are epoch,dense0; expected epoch,step,layer'],
    ['epoch,step,layer,norm\n1,1,b,2\n1,1,a,2\n', 'f:2: the layer is "b"; expected "a"'],
    ['epoch,step,layer,norm\n1,1,a,2\n1,1,b,\n', 'f:3: norm is empty; expected a number'],
    ['epoch,step,layer,norm\n1,1,a,2\n1,1,b,x\n', 'f:3: column norm: found "x"; expected a number'],
    ['epoch,step,layer,rotation\n1,1,a,3\n', 'f:2: column rotation: found 3; expected 0 to 2, or NaN'],
    ['epoch,step,layer,neuron_angle_q0\n1,1,a,4\n', 'f:2: column neuron_angle_q0: found 4; expected 0 to 3.15, or NaN'],
    ['epoch,step,layer,norm\n1,1,a,-1\n', 'f:2: column norm: found -1; expected at least 0, or NaN'],
    ['epoch,step,layer,norm\n1,0,a,2\n', 'f:2: column step: found 0; expected 1 to 2147483647'],
    [
      'epoch,step,layer,norm\n1,2,a,2\n1,1,b,2\n',
      'f:3: column step: found 1 after 2; expected numbers that do not fall',
    ],
    ['epoch,step,layer,norm\n1,1,a\n', 'f:2: found 3 cells; expected 4 cells: epoch,step,layer,norm'],
  ])('as %j is refused', async (content, message) => {
    expect(await failure(() => parseLayers(content, 'f', layers))).toBe(`INVALID_FILE: ${message}`)
  })
})

describe('a table of layers', () => {
  test('names columns and layers that it does not have', async () => {
    expect(await failure(() => table.column('rotaton'))).toBe(
      'INVALID_CONFIG: there is no column "rotaton"; did you mean "rotation"?',
    )
    expect(await failure(() => table.layer('conv0'))).toBe('INVALID_CONFIG: there is no layer "conv0"; expected a, b')
  })

  test('is cut down to chosen records', () => {
    const chosen = table.select([1, 3])
    expect(chosen).toHaveLength(4)
    expect([...chosen.steps]).toEqual([3, 6])
    expect([...chosen.column('rotation')]).toEqual([0.3, 0.4, 0.7, 0.8])
  })
})
