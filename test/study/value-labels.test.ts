import { describe, expect, test } from 'vitest'
import { mnist } from '../../src/data/mnist/mnist.js'
import { mlp } from '../../src/model/zoo/mlp.js'
import { resnet32 } from '../../src/model/zoo/keras-resnet.js'
import { vgg25 } from '../../src/model/zoo/paper-vgg.js'
import { resnet18 } from '../../src/model/zoo/pytorch-resnet.js'
import { layca } from '../../src/optimizer/controls/layca.js'
import { adam } from '../../src/optimizer/rules/adam.js'
import { sgd } from '../../src/optimizer/rules/sgd.js'
import { l2 } from '../../src/regularization/l2.js'
import { cosine } from '../../src/schedule/curves/cosine.js'
import { steps } from '../../src/schedule/curves/steps.js'
import type { AxisValue } from '../../src/study/study-config.js'
import { valueLabels } from '../../src/study/value-labels.js'
import { pointText, valueText } from '../../src/study/value-text.js'

/** A config as a value of an axis. */
const value = (config: unknown) => config as AxisValue
const labels = (axis: string, values: readonly unknown[]) => valueLabels(axis, values.map(value))

describe('the labels of an axis', () => {
  test('are rates as the paper writes them, and other numbers as they are', () => {
    expect(labels('learningRate.initial', [3 ** -2, 3 ** -2.5, 0.1])).toEqual(['3⁻²', '3⁻²·⁵', '0.1'])
    expect(labels('batchSize', [32, 3 ** -2])).toEqual(['32', '0.1111'])
  })

  test('give numbers in full where four digits do not tell them apart', () => {
    expect(labels('x', [0.123451, 0.123452, 0.5])).toEqual(['0.123451', '0.123452', '0.5'])
  })

  test('name networks of different types by their type', () => {
    expect(labels('model', [vgg25(), resnet32(), resnet18()])).toEqual(['vgg25', 'resnet32', 'resnet18'])
  })

  test('name networks of one type by what differs', () => {
    expect(labels('model', [mlp({ hidden: [64] }), mlp({ hidden: [128] })])).toEqual([
      'dense0 units 64',
      'dense0 units 128',
    ])
    expect(labels('model', [mlp({ hidden: [64] }), mlp({ hidden: [64, 64] })])).toEqual(['4 layers', '6 layers'])
    expect(labels('model', [resnet18({ width: 8 }), resnet18({ width: 16 }), vgg25()])).toEqual([
      'resnet18 (conv1 filters 8)',
      'resnet18 (conv1 filters 16)',
      'vgg25',
    ])
  })

  test('are the usual names of optimizers', () => {
    expect(labels('optimizer', [sgd(), sgd({ momentum: 0.9 }), layca(adam())])).toEqual([
      'SGD',
      'SGD (momentum 0.9)',
      'Layca Adam',
    ])
  })

  test('give the options that differ of schedules, data sets and regularization', () => {
    const schedule = (at: number) => steps(0.1, { at: [at], factor: 0.1 })
    expect(labels('learningRate', [schedule(10), schedule(20)])).toEqual(['at [10]', 'at [20]'])
    expect(labels('learningRate', [schedule(10), cosine(0.1)])).toEqual(['steps', 'cosine'])
    expect(labels('data', [mnist({ perClass: 10 }), mnist()])).toEqual(['per class 10', 'per class none'])
    expect(labels('regularization', [null, l2(1e-4), l2(1e-3)])).toEqual([
      'none',
      'l2 (factor 0.0001)',
      'l2 (factor 0.001)',
    ])
  })

  test('are different, whatever the values are', () => {
    const deep = (last: number) => ({ list: Array.from({ length: 100 }, (_, i) => (i === 99 ? last : i)) })
    for (const values of [
      [1, '1'],
      [null, 'none'],
      [deep(1), deep(2)],
      [{}, []],
      ['a', 'a ', 'constructor'],
    ]) {
      const found = labels('constructor', values)
      expect(new Set(found).size).toBe(values.length)
      expect(Math.max(...found.map(({ length }) => length))).toBeLessThan(80)
    }
  })
})

describe('the text of a value', () => {
  test('never spells out a network', () => {
    expect(valueText('model', value(vgg25()))).toBe('vgg25')
    expect(valueText('model', { type: 'mlp', hidden: [64, 32] })).toBe('mlp (hidden [64, 32])')
  })

  test('is short for anything', () => {
    const values = [[], {}, { a: { b: 1 } }, Array(1000).fill('x'), { type: 'a', text: 'y'.repeat(1000) }]
    expect(values.map((one) => valueText('x', one))).toEqual([
      '[]',
      '0 settings',
      '1 settings',
      '1000 values',
      `a (text ${'y'.repeat(54)}…)`,
    ])
  })

  test('of a point names its axes', () => {
    const point = { 'learningRate.initial': 3 ** -3, optimizer: value(layca(sgd())), batchSize: 20, seed: 2 }
    expect(pointText(point)).toBe('learning rate 3⁻³, optimizer Layca, batch size 20, seed 2')
    expect(pointText({ 'evaluation.images': 500, 'averaging.from': 0.5 })).toBe(
      'evaluated images 500, epochs before averaging 0.5',
    )
  })
})
