import { describe, expect, test } from 'vitest'
import type { ExperimentConfig } from '../../src/experiment/config.js'
import { ema } from '../../src/experiment/averaging-config.js'
import { presets } from '../../src/experiment/presets.js'
import { layca } from '../../src/optimizer/controls/layca.js'
import { clipNorm } from '../../src/optimizer/gradient-clipping.js'
import { adam } from '../../src/optimizer/rules/adam.js'
import { sgd } from '../../src/optimizer/rules/sgd.js'
import { pointFolder } from '../../src/study/point-folder.js'
import { study, validateStudy, type StudyInput } from '../../src/study/study.js'
import { axisTitle, pointText } from '../../src/study/value-text.js'
import { failure } from '../support/failure.js'
import { smallExperiment as base } from '../train/small-experiment.js'

const rates = [3 ** -2, 3 ** -3]

describe('a study', () => {
  test('crosses its axes, the last one fastest', () => {
    const { points, axes } = study({ name: 's', base, axes: { 'learningRate.initial': rates, seed: [1, 2] } })
    expect(axes).toEqual(['learningRate.initial', 'seed'])
    expect(points.map(({ values }) => Object.values(values))).toEqual([
      [rates[0], 1],
      [rates[0], 2],
      [rates[1], 1],
      [rates[1], 2],
    ])
    expect(points[2]!.experiment).toEqual({
      ...base,
      name: 's',
      learningRate: { ...base.learningRate, initial: rates[1] },
    })
  })

  test('lets the axes of a group go together', () => {
    const axes = [{ optimizer: [sgd(), layca(adam())], 'learningRate.initial': [0.1, 3 ** -5] }, { seed: [1, 2, 3] }]
    const { points } = study({ name: 's', base, axes })
    expect(points).toHaveLength(6)
    expect(points[5]!.experiment).toMatchObject({
      optimizer: layca(adam()),
      learningRate: { initial: 3 ** -5 },
      seed: 3,
    })
  })

  test('may list its points', () => {
    const { points, axes } = study({ name: 's', base, points: [{ seed: 1 }, { seed: 2, epochs: 5 }] })
    expect(axes).toEqual(['seed', 'epochs'])
    expect(points.map(({ experiment }) => [experiment.seed, experiment.epochs])).toEqual([
      [1, 3],
      [2, 5],
    ])
  })

  test('may make its experiments by a function, from axes of any name', () => {
    const make = ({ method, seed }: Record<string, unknown>): ExperimentConfig => ({
      ...base,
      seed: seed as number,
      optimizer: method === 'Layca' ? layca(sgd()) : sgd(),
    })
    const made = study({ name: 's', base: make, axes: { method: ['Layca', 'SGD'], seed: [1, 2] } })
    expect(made.base).toBeNull()
    expect(made.points.map(({ experiment }) => experiment.optimizer.type)).toEqual(['layca', 'layca', 'sgd', 'sgd'])
  })

  test('is data', () => {
    const made = study({ name: 's', base, axes: { seed: [1, 2], epochs: [2, 3] } })
    expect(validateStudy(JSON.parse(JSON.stringify(made)), 'file')).toEqual(made)
  })

  test.each<[string, Partial<StudyInput>, string]>([
    ['without axes', {}, 'expected either axes or points'],
    ['with both', { axes: { seed: [1] }, points: [{ seed: 1 }] }, 'expected either axes or points'],
    ['with an axis without values', { axes: { seed: [] } }, 'axes'],
    ['with no group', { axes: [] }, 'axes'],
    ['with an empty group', { axes: [{}] }, 'axes'],
    ['with no point', { points: [] }, 'points'],
    ['with an axis in two groups', { axes: [{ seed: [1] }, { seed: [2] }] }, 'the axis "seed" stands in two groups'],
    [
      'with a group of unequal axes',
      { axes: [{ seed: [1, 2], epochs: [3] }] },
      'seed has 2 values and epochs has 1; axes that go together need equally many',
    ],
    ['with too many points', { axes: { seed: Array(200).fill(1), epochs: Array(200).fill(1) } }, '40000 points'],
    ['with a value that no file can hold', { axes: { 'learningRate.initial': [Infinity] } }, 'axes'],
    ['with an unknown setting', { axes: { sed: [1, 2] } }, 'unknown key "sed"; did you mean "seed"?'],
    ['with a path that leads nowhere', { axes: { 'optimzer.rule': [1] } }, 'did you mean "optimizer"?'],
    ['with two equal points', { points: [{ seed: 1 }, { epochs: base.epochs }] }, 'two points are one experiment'],
    [
      'that differs by its threads only',
      { axes: { threads: [1, 2] } },
      'device, threads, checkpoint and loggers do not tell',
    ],
    ['with an invalid base', { base: { ...base, epochs: 0 }, axes: { seed: [1] } }, 'base'],
    ['without a base', { base: undefined as never, axes: { seed: [1] } }, 'base'],
    ['with a bad name', { name: 'a/b', axes: { seed: [1] } }, 'name is "a/b"'],
    ['with an unknown key', { axis: {}, axes: { seed: [1] } } as never, 'unknown key "axis"'],
  ])('%s is refused', async (_title, input, message) => {
    const text = await failure(() => study({ name: 's', base, ...input }))
    expect(text).toMatch(/^INVALID_CONFIG: study: /)
    expect(text).toContain(message)
  })

  test('names every point that is not valid, each problem once', async () => {
    const axes = { epochs: [0, 2], batchSize: [0, 10], seed: [1, 2] }
    expect(await failure(() => study({ name: 's', base, axes }))).toBe(
      [
        'INVALID_CONFIG: study: 6 of 8 points cannot be trained:',
        'epochs 0, batch size 0, seed 1 and 3 other points: epochs is 0; expected at least 1',
        'epochs 0, batch size 0, seed 1 and 3 other points: batchSize is 0; expected at least 1',
      ].join('\n  '),
    )
  })

  test('passes on what a function throws', () => {
    const fail = () => {
      throw new TypeError('mine')
    }
    expect(() => study({ name: 's', base: fail, axes: { a: [1] } })).toThrow(new TypeError('mine'))
  })
})

describe('a point', () => {
  const point = (values: Record<string, unknown>) => study({ name: 's', base, points: [values as never] }).points[0]!

  test('has a folder of its values and of a digest of its experiment', () => {
    expect(pointFolder(point({ seed: 2, 'learningRate.initial': 3 ** -3 }))).toMatch(
      /^seed-2_initial-0.03704_[0-9a-f]{10}$/,
    )
    expect(pointFolder(point({ optimizer: layca(adam()) }))).toMatch(/^optimizer-layca-adam_[0-9a-f]{10}$/)
    expect(pointFolder(point({ initialWeights: '../../a b'.repeat(50) }))).toMatch(
      /^initialWeights-[\w.-]{60,65}_[0-9a-f]{10}$/,
    )
  })

  test('keeps its folder whatever name, device, threads and checkpoints are', () => {
    const folder = pointFolder(point({ seed: 2 }))
    const other = { ...base, device: 'cpu', threads: 3, checkpoint: { ...base.checkpoint, everyEpochs: 1 } }
    const [same] = study({ name: 'other', base: other, points: [{ seed: 2 }] }).points
    expect(pointFolder(same!)).toBe(folder)
    expect(pointFolder(point({ seed: 2, epochs: 4 }))).not.toContain(folder.slice(-10))
  })

  test('keeps the folder that it had before experiments had more keys', () => {
    // The digests that the version before these keys gave to the presets.
    const of = (config: ExperimentConfig) => pointFolder({ values: {}, experiment: config })
    expect(of(presets['mnist']!())).toBe('9750cdaea0')
    expect(of(presets['cifar10-fast']!())).toBe('963a435a30')
    const { augmentation } = presets['mnist']!()
    const changes: Partial<ExperimentConfig>[] = [
      { augmentation: { ...augmentation, crop: { padding: 4, mode: 'constant' } } },
      { augmentation: { ...augmentation, cutout: 8 } },
      { augmentation: { ...augmentation, randAugment: { operations: 2, magnitude: 9 } } },
      {
        augmentation: { ...augmentation, randomErasing: { probability: 0.25, scale: [0.02, 0.33], ratio: [0.3, 3.3] } },
      },
      { augmentation: { ...augmentation, mixing: { mixup: 0.2, cutmix: 0, probability: 1 } } },
      { evaluation: { every: 2, images: null, initial: false } },
      { gradientClipping: clipNorm(1) },
      { accumulation: 2 },
      { averaging: ema() },
    ]
    const folders = changes.map((change) => of({ ...presets['mnist']!(), ...change }))
    expect(new Set([...folders, '9750cdaea0']).size).toBe(10)
  })

  test('is described in words', () => {
    const { values } = point({ seed: 2, 'learningRate.initial': 3 ** -3, optimizer: layca(adam()), batchSize: 20 })
    expect(pointText(values)).toBe('seed 2, learning rate 3⁻³, optimizer Layca Adam, batch size 20')
    expect(axisTitle('optimizer.rule.momentum')).toBe('momentum')
  })
})
