import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { describeModel } from '../../src/model/describe-model.js'
import {
  averagePool,
  conv,
  dense,
  flatten,
  globalAveragePool,
  groupNorm,
  maxPool,
  relu,
  residual,
  type LayerSpec,
} from '../../src/model/layers.js'
import { mlp } from '../../src/model/zoo/mlp.js'
import { findMisfit } from '../../src/model/shapes.js'
import { exampleShape, layerExamples } from '../native/support/reference-model.js'

const digit = [1, 28, 28]
const photo = [3, 32, 32]

/** Returns the shape of an example of `input` after these layers. */
const after = (input: readonly number[], ...layers: LayerSpec[]) => describeModel(layers, input).output

describe('shapes', () => {
  test('follow from layer to layer', () => {
    const { layers } = describeModel(mlp({ hidden: [100], batchNorm: true }).layers, digit)
    expect(layers.map(({ output }) => output)).toEqual([[784], [100], [100], [100], [10]])
  })

  test.each(layerExamples)('of an example of $type', ({ layers, output }) => {
    expect(after(exampleShape, ...layers)).toEqual(output)
  })

  test.each<[LayerSpec, number[]]>([
    [conv({ name: 'c', filters: 8, kernel: 5 }), [8, 28, 28]],
    [conv({ name: 'c', filters: 8, kernel: [1, 5], stride: [2, 3] }), [8, 16, 10]],
    [conv({ name: 'c', filters: 8, kernel: 3, stride: 2, padding: 1 }), [8, 16, 16]],
    [conv({ name: 'c', filters: 8, kernel: 3, stride: 2, padding: 'same' }), [8, 16, 16]],
    [conv({ name: 'c', filters: 8, kernel: 4, padding: [0, 2] }), [8, 29, 33]],
    [conv({ name: 'c', filters: 6, kernel: 3, groups: 3 }), [6, 30, 30]],
    [maxPool({ name: 'p', size: 3 }), [3, 10, 10]],
    [maxPool({ name: 'p', size: 3, stride: 2, padding: 1 }), [3, 16, 16]],
    [averagePool({ name: 'p', size: [2, 32] }), [3, 16, 1]],
    [averagePool({ name: 'p', size: 5, padding: 'same' }), [3, 7, 7]],
    [globalAveragePool({ name: 'p' }), [3]],
    [flatten({ name: 'f' }), [3072]],
  ])('%j', (layer, output) => {
    expect(after(photo, layer)).toEqual(output)
  })

  const size = fc.integer({ min: 1, max: 40 })
  const small = fc.integer({ min: 1, max: 7 })

  test("TensorFlow's 'same' padding leaves ⌈pixels / stride⌉", () => {
    fc.assert(
      fc.property(size, size, small, small, (height, width, kernel, stride) => {
        const layer = conv({ name: 'c', filters: 2, kernel, stride, padding: 'same' })
        expect(after([1, height, width], layer)).toEqual([2, Math.ceil(height / stride), Math.ceil(width / stride)])
      }),
    )
  })

  test('as many windows as begin at a multiple of the stride and end inside the padded image', () => {
    const starts = (pixels: number, window: number, stride: number, padding: number) =>
      Array.from({ length: pixels + 2 * padding }, (_, i) => i).filter(
        (i) => i % stride === 0 && i + window <= pixels + 2 * padding,
      ).length
    const padding = fc.integer({ min: 0, max: 3 })
    fc.assert(
      fc.property(size, size, small, small, padding, (height, width, kernel, stride, padding) => {
        fc.pre(Math.min(height, width) + 2 * padding >= kernel)
        const expected = [height, width].map((pixels) => starts(pixels, kernel, stride, padding))
        const layer = conv({ name: 'c', filters: 4, kernel, stride, padding })
        expect(after([1, height, width], layer)).toEqual([4, ...expected])
      }),
    )
  })

  test('a residual layer keeps the shape that its two ways agree on', () => {
    const halved = (name: string) => conv({ name, filters: 6, kernel: 3, stride: 2, padding: 'same' })
    expect(after(photo, residual({ name: 'r', layers: [halved('a')], shortcut: [halved('b')] }))).toEqual([6, 16, 16])
    expect(after(photo, residual({ name: 'r', layers: [relu({ name: 'a' })] }))).toEqual(photo)
  })
})

describe('findMisfit', () => {
  test('returns nothing if all layers fit', () => {
    expect(findMisfit(mlp({ hidden: [784], batchNorm: true }).layers, digit, 10)).toBeUndefined()
    const classifier = [conv({ name: 'c', filters: 10, kernel: 3 }), globalAveragePool({ name: 'p' })]
    expect(findMisfit(classifier, photo, 10)).toBeUndefined()
  })

  const misfit = (input: readonly number[], ...layers: LayerSpec[]) => findMisfit(layers, input, 10)

  test('names a layer that gets an image where it takes a row, and what gives it', () => {
    expect(misfit(digit, relu({ name: 'r' }), dense({ name: 'd', units: 10 }))).toEqual({
      path: [1],
      message: 'd takes one row of features, [n], but r gives [1, 28, 28]; put a flatten between',
    })
  })

  test.each<[LayerSpec, string]>([
    [conv({ name: 'x', filters: 1, kernel: 1 }), 'x takes an image, [channels, height, width], but f gives [784]'],
    [maxPool({ name: 'x', size: 1 }), 'x takes an image, [channels, height, width], but f gives [784]'],
    [globalAveragePool({ name: 'x' }), 'x takes an image, [channels, height, width], but f gives [784]'],
  ])('names a layer that gets a row where it takes an image', (layer, message) => {
    expect(misfit(digit, flatten({ name: 'f' }), layer)).toEqual({ path: [1], message })
  })

  test.each<[LayerSpec, string]>([
    [
      conv({ name: 'x', filters: 8, kernel: [3, 33] }),
      'x takes images of at least 3 × 33 pixels, but the data gives [3, 32, 32]; expected a smaller window or more padding',
    ],
    [
      conv({ name: 'x', filters: 8, kernel: 39, padding: 3 }),
      'x takes images of at least 33 × 33 pixels, but the data gives [3, 32, 32]; expected a smaller window or more padding',
    ],
    [
      averagePool({ name: 'x', size: 64 }),
      'x takes images of at least 64 × 64 pixels, but the data gives [3, 32, 32]; expected a smaller window or more padding',
    ],
    [
      conv({ name: 'x', filters: 8, kernel: 3, groups: 2 }),
      'x divides the channels into 2 groups, but the data gives [3, 32, 32]; expected a number of groups that divides 3',
    ],
    [
      groupNorm({ name: 'x', groups: 4 }),
      'x divides the channels into 4 groups, but the data gives [3, 32, 32]; expected a number of groups that divides 3',
    ],
    [
      conv({ name: 'x', filters: 2 ** 31, kernel: 1 }),
      'x needs a tensor of [2147483648, 32, 32]; expected at most 2^40 numbers',
    ],
  ])('%j', (layer, message) => {
    expect(misfit(photo, layer)).toEqual({ path: [0], message })
  })

  test('names a layer under which the image vanishes', () => {
    const pools = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => maxPool({ name, size: 2 }))
    expect(misfit(photo, ...pools)).toEqual({
      path: [5],
      message:
        'f takes images of at least 2 × 2 pixels, but e gives [3, 1, 1]; expected a smaller window or more padding',
    })
  })

  test('names a weight that no memory holds', () => {
    expect(misfit(photo, flatten({ name: 'f' }), dense({ name: 'd', units: 2 ** 30 }))?.message).toBe(
      'd needs a tensor of [1073741824, 3072]; expected at most 2^40 numbers',
    )
  })

  const block = (stride: number, shortcut: LayerSpec[] = []) =>
    residual({
      name: 'stage1.block0',
      layers: [conv({ name: 'stage1.block0.conv0', filters: 32, kernel: 3, stride, padding: 1 })],
      shortcut,
    })

  test('names a residual layer and both of its shapes', () => {
    const shortcut = [conv({ name: 'stage1.block0.shortcut', filters: 16, kernel: 1 })]
    expect(misfit(photo, relu({ name: 'r' }), block(2, shortcut))).toEqual({
      path: [1],
      message: 'stage1.block0 adds [32, 16, 16] (layers) to [16, 32, 32] (shortcut); expected two equal shapes',
    })
    expect(misfit(photo, block(1))?.message).toBe(
      'stage1.block0 adds [32, 32, 32] (layers) to [3, 32, 32] (its input: the shortcut is empty); expected two equal shapes',
    )
  })

  test('finds the way to a layer inside residual ones, which get what comes before them', () => {
    const inner = residual({
      name: 'inner',
      layers: [relu({ name: 'r' })],
      shortcut: [dense({ name: 'd', units: 10 })],
    })
    const outer = residual({ name: 'outer', layers: [relu({ name: 'a' }), inner] })
    expect(misfit(digit, flatten({ name: 'f' }), relu({ name: 'r0' }), outer)).toEqual({
      path: [2, 'layers', 1],
      message: 'inner adds [784] (layers) to [10] (shortcut); expected two equal shapes',
    })
    expect(misfit(digit, outer)).toEqual({
      path: [0, 'layers', 1, 'shortcut', 0],
      message: 'd takes one row of features, [n], but a gives [1, 28, 28]; put a flatten between',
    })
  })

  test('names the last layer and both shapes where the end is not one number a class', () => {
    expect(misfit(digit, flatten({ name: 'f' }), dense({ name: 'd', units: 12 }))).toEqual({
      path: [1],
      message: 'd gives [12], but the data has 10 classes; expected [10]',
    })
    expect(misfit(photo, conv({ name: 'c', filters: 10, kernel: 3 }))).toEqual({
      path: [0],
      message: 'c gives [10, 30, 30], but the data has 10 classes; expected [10]',
    })
    const last = residual({ name: 'last', layers: [dense({ name: 'd', units: 3072 })] })
    expect(misfit(photo, flatten({ name: 'f' }), last)).toEqual({
      path: [1],
      message: 'last gives [3072], but the data has 10 classes; expected [10]',
    })
  })

  test('requires a layer whose rotation can be measured', () => {
    expect(findMisfit([globalAveragePool({ name: 'p' })], photo, 3)).toEqual({
      path: [],
      message: 'no layer is of type conv or dense; expected at least one, whose rotation is measured',
    })
  })
})
