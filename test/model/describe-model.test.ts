import { expect, test } from 'vitest'
import { describeModel, monitoredLayers, stateShapes } from '../../src/model/describe-model.js'
import {
  batchNorm,
  conv,
  dense,
  dropout,
  flatten,
  groupNorm,
  layerNorm,
  maxPool,
  relu,
  residual,
} from '../../src/model/layers.js'
import { mlp } from '../../src/model/zoo/mlp.js'
import { failure } from '../support/failure.js'

/** Every kind of parameter, in a residual layer with another inside it. */
const layers = [
  conv({ name: 'stem', filters: 8, kernel: [3, 5], padding: 'same', groups: 2 }),
  residual({
    name: 'outer',
    layers: [
      residual({
        name: 'inner',
        layers: [conv({ name: 'left', filters: 8, kernel: 1, bias: false }), batchNorm({ name: 'bn', scale: false })],
        shortcut: [conv({ name: 'right', filters: 8, kernel: 1, bias: false }), groupNorm({ name: 'gn', groups: 4 })],
      }),
      layerNorm({ name: 'ln' }),
    ],
    shortcut: [conv({ name: 'over', filters: 8, kernel: 1, bias: false })],
  }),
  maxPool({ name: 'pool', size: 2 }),
  relu({ name: 'relu' }),
  dropout({ name: 'drop', rate: 0.1 }),
  flatten({ name: 'flat' }),
  dense({ name: 'out', units: 10 }),
]

test('a model is described layer by layer', () => {
  const { layers: described } = describeModel(layers, [4, 6, 6])
  expect(
    described.map(({ name, summary, depth, output, monitored }) => [name, summary, depth, output, monitored]),
  ).toEqual([
    ['stem', 'conv 3×5, 2 groups', 0, [8, 6, 6], true],
    ['outer', 'residual', 0, [8, 6, 6], false],
    ['inner', 'residual', 1, [8, 6, 6], false],
    ['left', 'conv 1×1', 2, [8, 6, 6], true],
    ['bn', 'batchNorm', 2, [8, 6, 6], false],
    ['right', 'conv 1×1', 2, [8, 6, 6], true],
    ['gn', 'groupNorm 4', 2, [8, 6, 6], false],
    ['ln', 'layerNorm', 1, [8, 6, 6], false],
    ['over', 'conv 1×1', 1, [8, 6, 6], true],
    ['pool', 'maxPool 2×2', 0, [8, 3, 3], false],
    ['relu', 'relu', 0, [8, 3, 3], false],
    ['drop', 'dropout 0.1', 0, [8, 3, 3], false],
    ['flat', 'flatten', 0, [72], false],
    ['out', 'dense', 0, [10], true],
  ])
})

test('its numbers are those of its layers, and their sums', () => {
  const model = describeModel(layers, [4, 6, 6])
  const counts = model.layers.flatMap(({ name, parameters, buffers }) =>
    parameters + buffers > 0 ? [[name, parameters, buffers]] : [],
  )
  expect(counts).toEqual([
    ['stem', 8 * 2 * 3 * 5 + 8, 0],
    ['left', 64, 0],
    ['bn', 8, 16],
    ['right', 64, 0],
    ['gn', 16, 0],
    ['ln', 2 * 8 * 6 * 6, 0],
    ['over', 64, 0],
    ['out', 720 + 10, 0],
  ])
  expect(model).toMatchObject({
    input: [4, 6, 6],
    output: [10],
    parameters: 248 + 64 * 3 + 8 + 16 + 576 + 730,
    buffers: 16,
  })
})

test('monitored layers are weights of conv and dense, a residual layer’s before those of its shortcut', () => {
  expect(monitoredLayers(layers)).toEqual(['stem', 'left', 'right', 'over', 'out'])
  expect(describeModel(layers, [4, 6, 6]).monitored).toEqual(monitoredLayers(layers))
})

test('parameters and buffers have the names, shapes and order of state_dict', () => {
  expect([...stateShapes(layers, [4, 6, 6])].map(([name, { kind, shape }]) => [name, kind, shape])).toEqual([
    ['stem.weight', 'parameter', [8, 2, 3, 5]],
    ['stem.bias', 'parameter', [8]],
    ['left.weight', 'parameter', [8, 8, 1, 1]],
    ['bn.bias', 'parameter', [8]],
    ['bn.running_mean', 'buffer', [8]],
    ['bn.running_var', 'buffer', [8]],
    ['right.weight', 'parameter', [8, 8, 1, 1]],
    ['gn.weight', 'parameter', [8]],
    ['gn.bias', 'parameter', [8]],
    ['ln.weight', 'parameter', [8, 6, 6]],
    ['ln.bias', 'parameter', [8, 6, 6]],
    ['over.weight', 'parameter', [8, 8, 1, 1]],
    ['out.weight', 'parameter', [10, 72]],
    ['out.bias', 'parameter', [10]],
  ])
})

test('a model that does not fit together is refused by its layer', async () => {
  expect(await failure(() => describeModel(layers, [3, 6, 6]))).toBe(
    'INVALID_CONFIG: layers.0: stem divides the channels into 2 groups, but the data gives [3, 6, 6]; expected a number of groups that divides 3',
  )
  expect(await failure(() => stateShapes(mlp({ hidden: [] }).layers.slice(1), [1, 28, 28]))).toContain(
    'dense0 takes one row of features',
  )
})

test.each([
  [conv({ name: 'c', filters: 1, kernel: 3, stride: 2 }), 'conv 3×3 /2'],
  [conv({ name: 'c', filters: 1, kernel: 3, stride: [1, 2] }), 'conv 3×3 /1×2'],
  [maxPool({ name: 'p', size: 3, stride: 2 }), 'maxPool 3×3 /2'],
  [maxPool({ name: 'p', size: 2, stride: 1 }), 'maxPool 2×2 /1'],
])('in a few characters, %j', (layer, summary) => {
  expect(describeModel([layer], [1, 8, 8]).layers[0]?.summary).toBe(summary)
})
