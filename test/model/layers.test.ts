import { describe, expect, test } from 'vitest'
import {
  averagePool,
  batchNorm,
  conv,
  dense,
  dropout,
  flatten,
  gelu,
  globalAveragePool,
  groupNorm,
  layerNorm,
  leakyRelu,
  maxPool,
  relu,
  residual,
  type LayerInput,
} from '../../src/model/layers.js'
import { failure } from '../support/failure.js'

describe('a constructor fills in', () => {
  test("Keras's defaults", () => {
    const init = { init: { type: 'glorotUniform' }, biasInit: { type: 'zeros' } }
    expect(conv({ name: 'c', filters: 4, kernel: 3 })).toEqual({
      ...{ type: 'conv', name: 'c', filters: 4, kernel: [3, 3], stride: [1, 1], padding: 'valid' },
      ...{ groups: 1, bias: true, ...init },
    })
    expect(dense({ name: 'd', units: 4 })).toEqual({ type: 'dense', name: 'd', units: 4, bias: true, ...init })
    expect(batchNorm({ name: 'b' })).toEqual({
      ...{ type: 'batchNorm', name: 'b', epsilon: 1e-3, momentum: 0.01 },
      ...{ scale: true, shift: true, runningVariance: 'biased' },
    })
    expect(maxPool({ name: 'p', size: 2 })).toEqual({
      ...{ type: 'maxPool', name: 'p', size: [2, 2], stride: [2, 2], padding: 'valid' },
    })
    expect(averagePool({ name: 'p', size: [2, 3], padding: 'same' })).toEqual({
      ...{ type: 'averagePool', name: 'p', size: [2, 3], stride: [2, 3], padding: 'same' },
    })
  })

  test("PyTorch's where Keras has no such layer, or no default", () => {
    const affine = { epsilon: 1e-5, scale: true, shift: true }
    expect(layerNorm({ name: 'n' })).toEqual({ type: 'layerNorm', name: 'n', ...affine })
    expect(groupNorm({ name: 'n', groups: 2 })).toEqual({ type: 'groupNorm', name: 'n', groups: 2, ...affine })
    expect(leakyRelu({ name: 'a' })).toEqual({ type: 'leakyRelu', name: 'a', slope: 0.01 })
    expect(gelu({ name: 'a' })).toEqual({ type: 'gelu', name: 'a', approximation: 'none' })
    expect(dense({ name: 'd', units: 1, init: { type: 'orthogonal' } }).init).toEqual({ type: 'orthogonal', gain: 1 })
  })

  test('nothing if there is nothing to choose', () => {
    expect([relu({ name: 'a' }), flatten({ name: 'b' }), globalAveragePool({ name: 'c' })]).toEqual([
      { type: 'relu', name: 'a' },
      { type: 'flatten', name: 'b' },
      { type: 'globalAveragePool', name: 'c' },
    ])
    expect(dropout({ name: 'd', rate: 0.5 })).toEqual({ type: 'dropout', name: 'd', rate: 0.5 })
    expect(residual({ name: 'r', layers: [relu({ name: 'a' })] })).toEqual({
      ...{ type: 'residual', name: 'r', layers: [{ type: 'relu', name: 'a' }], shortcut: [] },
    })
  })

  test('both of a pair from one number', () => {
    const { kernel, stride, padding } = conv({ name: 'c', filters: 1, kernel: 3, stride: 2, padding: 1 })
    expect({ kernel, stride, padding }).toEqual({ kernel: [3, 3], stride: [2, 2], padding: [1, 1] })
    expect(conv({ name: 'c', filters: 1, kernel: [1, 3], padding: [0, 1] })).toMatchObject({
      kernel: [1, 3],
      padding: [0, 1],
    })
  })
})

test.each(['a', '_a', 'layer1.0.conv1', 'stage0.block-1.conv_2', 'A.0.1'])('%j is a name', (name) => {
  expect(relu({ name }).name).toBe(name)
})

test.each(['', '.', 'a.', '.a', 'a..b', '1a', '-a', 'a/b', 'a b', 'a\n', 'ä', 'a.ä'])(
  '%j is not a name',
  async (name) => {
    expect(await failure(() => relu({ name }))).toBe(
      `INVALID_CONFIG: relu: name is ${JSON.stringify(name)}; ` +
        'expected a name of letters, digits, - and _, in parts joined by single dots, that begins with a letter, at most 200 characters',
    )
  },
)

const square = { name: 'c', filters: 6, kernel: 3 }

describe('a constructor refuses', () => {
  test.each<[() => unknown, string]>([
    [() => conv({ ...square, filters: 0 }), 'conv: filters is 0; expected at least 1'],
    [() => conv({ ...square, kernel: 0 }), 'conv: kernel is 0; expected at least 1'],
    [() => conv({ ...square, kernel: 1.5 }), 'conv: kernel is 1.5; expected a whole number'],
    [
      () => conv({ ...square, kernel: [3, 3, 3] as never }),
      'conv: kernel is [3,3,3]; expected a whole number of at least 1, or two as [height, width]',
    ],
    [() => conv({ ...square, stride: [0, 1] }), 'conv: stride.0 is 0; expected at least 1'],
    [
      () => conv({ ...square, padding: 'full' as never }),
      'conv: padding is "full"; expected valid, same, a whole number of at least 0, or two as [height, width]',
    ],
    [() => conv({ ...square, padding: -1 }), 'conv: padding is -1; expected at least 0'],
    [() => conv({ ...square, groups: 4 }), 'conv: groups: 6 filters do not divide into 4 groups'],
    [() => conv({ ...square, strides: 2 } as never), 'conv: unknown key "strides"; did you mean "stride"?'],
    [
      () => conv({ ...square, biasInit: { type: 'orthogonal' } }),
      'conv: biasInit.type: orthogonal needs a matrix, which a bias is not; expected another type, such as zeros',
    ],
    [
      () => dense({ name: 'd', units: 1, init: { type: 'orthogonal', gain: 0 } }),
      'dense: init.gain is 0; expected a number above 0',
    ],
    [() => maxPool({ name: 'p', size: 3, padding: 2 }), 'maxPool: padding: at most half of the size'],
    [() => averagePool({ name: 'p', size: [4, 2], padding: [2, 2] }), 'averagePool: padding: at most half of the size'],
    [() => groupNorm({ name: 'n', groups: 0 }), 'groupNorm: groups is 0; expected at least 1'],
    [() => leakyRelu({ name: 'a', slope: -1 }), 'leakyRelu: slope is -1; expected at least 0'],
    [
      () => gelu({ name: 'a', approximation: 'sigmoid' as never }),
      'gelu: approximation is "sigmoid"; expected one of none, tanh',
    ],
    [() => residual({ name: 'r', layers: [] }), 'residual: layers is []; expected a list of at least 1'],
    [
      () =>
        residual({
          name: 'r',
          layers: [relu({ name: 'a' })],
          shortcut: [{ type: 'conv', name: 'c', filters: 1 } as never],
        }),
      'residual: shortcut.0.kernel is missing; expected a whole number of at least 1, or two as [height, width]',
    ],
  ])('%s', async (make, message) => {
    expect(await failure(make)).toContain(`INVALID_CONFIG: ${message}`)
  })

  test('residual layers that are nested without end', async () => {
    const nested = (depth: number): LayerInput =>
      Array.from({ length: depth }).reduce<LayerInput>(
        (inner, _, i) => ({ type: 'residual', name: `r${i}`, layers: [inner] }),
        { type: 'relu', name: 'relu' },
      )
    expect(residual({ name: 'r', layers: [nested(8)] }).type).toBe('residual')
    for (const depth of [9, 100_000]) {
      expect(await failure(() => residual({ name: 'r', layers: [nested(depth)] }))).toMatch(
        /^INVALID_CONFIG: residual: layers(\.0\.layers){9}: residual layers are nested more than 8 deep; expected at most 8$/,
      )
    }
  })
})
