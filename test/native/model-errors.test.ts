import { describe, expect, test } from 'vitest'
import {
  averagePool,
  batchNorm,
  conv,
  dense,
  flatten,
  globalAveragePool,
  groupNorm,
  maxPool,
  relu,
  residual,
  type LayerSpec,
  layerTypes,
} from '../../src/model/layers.js'
import { createTrainer } from '../../src/native/load.js'
import { failure } from '../support/failure.js'
import { randomSplit, smallSpec } from './support/small-trainer.js'

/** The error of a trainer for images of 4 × 6 × 5 in 4 classes, whatever TypeScript says of its layers. */
async function refusal(layers: object[], inputShape = [4, 6, 5]): Promise<string> {
  const split = randomSplit(
    2,
    1,
    inputShape.reduce((product, n) => product * n, 1),
  )
  const spec = smallSpec({ inputShape, parameters: [], data: { train: split, test: split } })
  const message = await failure(() => createTrainer({ ...spec, layers: layers as LayerSpec[] }))
  expect(message).toMatch(/^INVALID_CONFIG: /)
  return message.slice('INVALID_CONFIG: '.length)
}

const convolution = conv({ name: 'conv0', filters: 4, kernel: 3 })
const pool = maxPool({ name: 'pool0', size: 2 })
const flattened = flatten({ name: 'flatten' })
const head = dense({ name: 'head', units: 4 })
const branch = (name: string, filters: number, kernel = 1) => conv({ name, filters, kernel })

describe('a layer that does not fit its input is refused:', () => {
  test.each<[string, LayerSpec[], string]>([
    [
      'a convolution of features',
      [flattened, convolution],
      'layer conv0: a convolution takes [channels, rows, columns], but its input is [120]',
    ],
    [
      'a pool of features',
      [flattened, pool],
      'layer pool0: a pool takes [channels, rows, columns], but its input is [120]',
    ],
    [
      'a global pool of features',
      [flattened, globalAveragePool({ name: 'pool0' })],
      'layer pool0: a global pool takes [channels, rows, columns], but its input is [120]',
    ],
    [
      'groups that do not divide the channels',
      [{ ...convolution, groups: 3, filters: 3 }],
      'layer conv0: a convolution of 3 filters in 3 groups takes a multiple of 3 channels, but its input is [4, 6, 5]',
    ],
    [
      'groups that do not divide the filters',
      [{ ...convolution, groups: 4, filters: 6 }],
      'layer conv0: a convolution of 6 filters in 4 groups needs a multiple of 4 filters, but its input is [4, 6, 5]',
    ],
    [
      'a kernel larger than the image',
      [{ ...convolution, kernel: [3, 6] }],
      'layer conv0: a window of [3, 6] with a padding of [0, 0] takes at least 6 columns, but its input is [4, 6, 5]',
    ],
    [
      'a kernel larger than the padded image',
      [{ ...convolution, kernel: [9, 3], padding: [1, 1] }],
      'layer conv0: a window of [9, 3] with a padding of [1, 1] takes at least 7 rows, but its input is [4, 6, 5]',
    ],
    [
      'a pool larger than what is left',
      [convolution, pool, { ...pool, name: 'pool1', size: [3, 1] }],
      'layer pool1: a window of [3, 1] with a padding of [0, 0] takes at least 3 rows, but its input is [4, 2, 1]',
    ],
    [
      'a pool with windows outside the image',
      [{ ...averagePool({ name: 'pool0', size: 3 }), padding: [1, 2] }],
      'layer pool0: a pool of [3, 3] takes a padding of at most half of that and has [1, 2], but its input is [4, 6, 5]',
    ],
    [
      'a group norm of groups that do not divide the channels',
      [groupNorm({ name: 'norm0', groups: 3 })],
      'layer norm0: a group norm of 3 groups takes a multiple of 3 channels, but its input is [4, 6, 5]',
    ],
    [
      'a residual of other filters',
      [residual({ name: 'block0', layers: [branch('block0.a', 6)] })],
      'layer block0: its layers end in [6, 6, 5] and its shortcut in [4, 6, 5], but a sum needs equal shapes',
    ],
    [
      'a residual of other sizes',
      [residual({ name: 'block0', layers: [branch('block0.a', 4)], shortcut: [branch('block0.b', 4, 2)] })],
      'layer block0: its layers end in [4, 6, 5] and its shortcut in [4, 5, 4], but a sum needs equal shapes',
    ],
    [
      'a layer within a residual',
      [
        residual({
          name: 'block0',
          layers: [relu({ name: 'relu0' })],
          shortcut: [dense({ name: 'block0.b', units: 4 })],
        }),
      ],
      'layer block0.b: a dense layer takes [features] (put a flatten before it), but its input is [4, 6, 5]',
    ],
  ])('%s', async (_, layers, message) => {
    expect(await refusal([...layers, flattened, head])).toBe(message)
  })

  test('a batch norm of rows and columns without channels', async () => {
    expect(await refusal([batchNorm({ name: 'norm0' }), flattened, head], [6, 5])).toBe(
      'layer norm0: a batch norm takes [features] or [channels, rows, columns], but its input is [6, 5]',
    )
  })
})

describe('a model is refused', () => {
  test.each<[string, object[], string]>([
    ['without a layer', [], 'layers: expected a convolution or a dense layer among them'],
    [
      'without a weight',
      [globalAveragePool({ name: 'pool0' })],
      'layers: expected a convolution or a dense layer among them',
    ],
    [
      'that ends in an image',
      [convolution],
      'layer conv0: the network ends in shape [4, 4, 3], but the data has 4 classes; expected [4]',
    ],
    [
      'with a name twice, once within a residual',
      [residual({ name: 'block0', layers: [{ ...branch('relu0', 4) }] }), relu({ name: 'relu0' }), flattened, head],
      'layer relu0: another layer has this name; every layer needs a different one',
    ],
    [
      'with a residual that has the name of its own layer',
      [residual({ name: 'block0', layers: [branch('block0', 4)] }), flattened, head],
      'layer block0: another layer has this name; every layer needs a different one',
    ],
    [
      'with a residual without layers',
      [{ type: 'residual', name: 'block0', layers: [], shortcut: [] }, flattened, head],
      'layer block0: a residual needs at least one layer',
    ],
  ])('%s', async (_, layers, message) => {
    expect(await refusal(layers)).toBe(message)
  })

  test('for data without a dimension', async () => {
    expect(await refusal([flattened, head], [])).toBe('inputShape: expected at least one dimension')
  })

  test('that nests without end', async () => {
    const endless: { layers: object[] } & Record<string, unknown> = {
      type: 'residual',
      name: 'a',
      layers: [],
      shortcut: [],
    }
    endless.layers.push(endless)
    expect(await refusal([endless])).toMatch(
      /^layers\.0(\.layers\.0){8}: expected residual layers nested at most 8 deep/,
    )
  })
})

describe('a setting is refused:', () => {
  test.each<[string, object, string]>([
    [
      'an unknown type',
      { type: 'lstm', name: 'l' },
      `layers.0.type: expected ${Object.keys(layerTypes).join(', ')}, residual or exported, found lstm`,
    ],
    [
      'an unknown initializer',
      { ...convolution, init: { type: 'ones' } },
      'layers.0.init.type: expected glorotUniform, glorotNormal, heUniform, heNormal, lecunUniform, lecunNormal, zeros, ' +
        'pytorchDefault or orthogonal, found ones',
    ],
    ['no filters', { ...convolution, filters: 0 }, 'layers.0.filters: expected an integer of at least 1, found 0'],
    [
      'an empty kernel',
      { ...convolution, kernel: [0, 3] },
      'layers.0.kernel.0: expected an integer of at least 1, found 0',
    ],
    [
      'a kernel of one size',
      { ...convolution, kernel: [3] },
      'layers.0.kernel: expected two sizes, rows and columns, found an array',
    ],
    ['no stride', { ...convolution, stride: [1, 0] }, 'layers.0.stride.1: expected an integer of at least 1, found 0'],
    ['half a stride', { ...pool, stride: [0.5, 1] }, 'layers.0.stride.0: expected an integer of at least 1, found 0.5'],
    [
      'a huge padding',
      { ...convolution, padding: [0, 2 ** 40] },
      'layers.0.padding.1: expected an integer of at most 65536, found 1099511627776',
    ],
    [
      'a negative padding',
      { ...convolution, padding: [-1, 0] },
      'layers.0.padding.0: expected an integer of at least 0, found -1',
    ],
    [
      'an unknown padding',
      { ...convolution, padding: 'full' },
      'layers.0.padding: expected valid, same or two sizes, found full',
    ],
    ['no groups', { ...convolution, groups: 0 }, 'layers.0.groups: expected an integer of at least 1, found 0'],
    [
      'no groups of a norm',
      { ...groupNorm({ name: 'n', groups: 1 }), groups: 0 },
      'layers.0.groups: expected an integer of at least 1, found 0',
    ],
    [
      'a negative epsilon',
      { ...batchNorm({ name: 'n' }), epsilon: -1 },
      'layers.0.epsilon: expected a number of at least 0, found -1',
    ],
    [
      'an epsilon that is not a number',
      { ...batchNorm({ name: 'n' }), epsilon: NaN },
      'layers.0.epsilon: expected a finite number, found NaN',
    ],
    [
      'an unknown variance',
      { ...batchNorm({ name: 'n' }), runningVariance: 'none' },
      'layers.0.runningVariance: expected biased or unbiased, found none',
    ],
    [
      'a rate of 1',
      { type: 'dropout', name: 'd', rate: 1 },
      'layers.0.rate: expected a rate of at least 0 and below 1, found 1',
    ],
    [
      'a negative rate',
      { type: 'dropout', name: 'd', rate: -0.1 },
      'layers.0.rate: expected a rate of at least 0 and below 1, found -0.1',
    ],
    [
      'an unknown approximation',
      { type: 'gelu', name: 'g', approximation: 'exact' },
      'layers.0.approximation: expected none or tanh, found exact',
    ],
    [
      'an endless slope',
      { type: 'leakyRelu', name: 'l', slope: Infinity },
      'layers.0.slope: expected a finite number, found Infinity',
    ],
    [
      'a gain that is not a number',
      { ...convolution, init: { type: 'orthogonal' } },
      'layers.0.init.gain: expected a number, found undefined',
    ],
    [
      'an orthogonal bias',
      { ...convolution, biasInit: { type: 'orthogonal', gain: 1 } },
      'layers.0.biasInit.type: expected an initializer of vectors, found orthogonal',
    ],
    [
      'a residual without a list',
      { type: 'residual', name: 'r', layers: 'conv0', shortcut: [] },
      'layers.0.layers: expected an array, found conv0',
    ],
  ])('%s', async (_, layer, message) => {
    expect(await refusal([layer, flattened, head])).toBe(message)
  })
})
