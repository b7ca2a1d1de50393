import { describe, expect, test } from 'vitest'
import {
  alphaMultipliers,
  cifar10,
  constant,
  oneCycle,
  resnet18,
  resnet34,
  steps,
  vgg16,
  warmup,
} from '../../src/index.js'
import { readFontMetrics } from '../../src/figure/font.js'
import { labelRuns, longestLabel } from '../../src/figure/run-labels.js'
import { adam } from '../../src/optimizer/rules/adam.js'
import { layca } from '../../src/optimizer/controls/layca.js'
import { adamP } from '../../src/optimizer/controls/projected.js'
import { sgd } from '../../src/optimizer/rules/sgd.js'
import { syntheticRun } from './synthetic-run.js'

describe('runs are labelled', () => {
  test('by their learning rate, largest first, where it differs', () => {
    const runs = [3 ** -3, 3 ** -2, 3 ** -4].map((rate) => syntheticRun({ rate }))
    expect(labelRuns(runs)).toEqual({
      title: 'learning rate',
      labels: ['3⁻³', '3⁻²', '3⁻⁴'],
      ordered: true,
      order: [1, 0, 2],
    })
  })

  test('by their learning rate alone where its drops differ as well', () => {
    const runs = [
      syntheticRun({ config: { learningRate: { type: 'steps', initial: 3 ** -2, at: [90], factor: 0.2 } } }),
      syntheticRun({ config: { learningRate: { type: 'steps', initial: 3 ** -3, at: [95], factor: 0.2 } } }),
      syntheticRun({ config: { learningRate: { type: 'constant', initial: 3 ** -4 } } }),
    ]
    expect(labelRuns(runs).labels).toEqual(['3⁻²', '3⁻³', '3⁻⁴'])
  })

  test('by their schedules in words where these differ by more than the rate', () => {
    const rates = [
      steps(3 ** -1, { at: [60], factor: 0.2 }),
      warmup(steps(3 ** -1, { at: [60], factor: 0.2 }), { epochs: 5 }),
      oneCycle(1),
    ]
    expect(labelRuns(rates.map((learningRate) => syntheticRun({ config: { learningRate } })))).toMatchObject({
      title: 'learning rate',
      labels: [
        '3⁻¹, times 0.2 after 60 epochs',
        expect.stringMatching(/^3⁻¹, times 0\.2 afte.*….*epochs from 0\.1 of it$/),
        expect.stringMatching(/^1, one cosine cycle.*….*then down to 4e-6$/),
      ],
    })
  })

  test('by their rate where that alone differs inside another schedule', () => {
    const runs = [0.3, 0.1].map((rate) =>
      syntheticRun({ config: { learningRate: warmup(constant(rate), { epochs: 5 }) } }),
    )
    expect(labelRuns(runs)).toMatchObject({ title: 'learning rate', labels: ['0.3', '0.1'], ordered: true })
  })

  test('by the alpha of their multipliers', () => {
    const runs = [-0.6, 0, 0.6].map((alpha) => syntheticRun({ config: { multipliers: alphaMultipliers(alpha) } }))
    expect(labelRuns(runs)).toMatchObject({ title: 'alpha', labels: ['-0.6', '0', '0.6'], ordered: true })
  })

  test('by any other entry that differs', () => {
    const runs = [64, 256].map((batchSize) => syntheticRun({ config: { batchSize } }))
    expect(labelRuns(runs)).toMatchObject({ title: 'batch size', labels: ['64', '256'], order: [1, 0] })
  })

  test('by an entry of words, in the order given', () => {
    const runs = ['cuda', 'cpu'].map((device) => syntheticRun({ config: { device } }))
    expect(labelRuns(runs)).toMatchObject({ title: 'device', labels: ['cuda', 'cpu'], ordered: false, order: [0, 1] })
  })

  test('by their optimizers, in a few words', () => {
    const optimizers = [layca(sgd()), layca(adam(), { per: 'neuron' }), adamP()]
    const runs = optimizers.map((optimizer) => syntheticRun({ config: { optimizer } }))
    expect(labelRuns(runs)).toMatchObject({
      title: 'optimizer',
      labels: ['Layca', 'Layca Adam (per neuron)', 'AdamP'],
      ordered: false,
    })
  })

  test('by their groups of parameters, in a few words', () => {
    const groups = [
      { match: { kind: 'bias' as const }, trained: true },
      { match: { layers: ['dense*'], kind: 'kernel' as const }, controlled: false, rate: 0.5, weightDecay: 0 },
    ]
    const runs = [[], groups].map((groups) => syntheticRun({ config: { groups } }))
    expect(labelRuns(runs)).toMatchObject({
      title: 'groups',
      labels: ['none', expect.stringMatching(/^bias: trained; kernel.*….*0\.5, weight decay 0$/)],
    })
  })

  test('by name where several entries differ', () => {
    const runs = [
      syntheticRun({ name: 'slow', rate: 0.01, config: { batchSize: 64 } }),
      syntheticRun({ name: 'fast', rate: 0.1, config: { batchSize: 256 } }),
    ]
    expect(labelRuns(runs)).toMatchObject({ title: 'run', labels: ['slow', 'fast'] })
  })

  test('by all that differs where the names do not tell them apart', () => {
    const runs = [
      syntheticRun({ rate: 0.1, config: { seed: 1 } }),
      syntheticRun({ rate: 0.1, config: { seed: 2 } }),
      syntheticRun({ rate: 3 ** -2, config: { seed: 1 } }),
    ]
    expect(labelRuns(runs).labels).toEqual([
      'learning rate 0.1, seed 1',
      'learning rate 0.1, seed 2',
      'learning rate 3⁻², seed 1',
    ])
  })

  test('by their folders where they are repetitions', () => {
    const runs = ['runs/a/1-x', 'runs/a/2-y'].map((folder) => syntheticRun({ folder }))
    expect(labelRuns(runs).labels).toEqual(['1-x', '2-y'])
    const elsewhere = ['runs/a/1-x', 'old/a/1-x'].map((folder) => syntheticRun({ folder }))
    expect(labelRuns(elsewhere).labels).toEqual(['runs/a/1-x', 'old/a/1-x'])
  })

  test('by name where there is one', () => {
    expect(labelRuns([syntheticRun({ name: 'only' })])).toMatchObject({ title: '', labels: ['only'] })
  })

  test('by their networks where these have other layers', () => {
    const models = [resnet18(), resnet34(), vgg16()]
    const runs = models.map((model) => syntheticRun({ config: { data: cifar10(), model } }))
    expect(labelRuns(runs)).toMatchObject({ title: 'model', labels: ['resnet18', 'resnet34', 'vgg16'] })
    const others = models.map((model, i) => syntheticRun({ rate: 0.1 / (i + 1), config: { data: cifar10(), model } }))
    expect(labelRuns(others).labels).toEqual([
      'model resnet18, learning rate 0.1',
      'model resnet34, learning rate 0.05',
      'model vgg16, learning rate 0.03333',
    ])
  })

  test('by the values alone where their names take too much space', () => {
    const runs = [1, 2].map((i) =>
      syntheticRun({ rate: 0.1 * i, config: { batchSize: 64 * i, seed: i, precision: i === 1 ? 'fp32' : 'bf16' } }),
    )
    expect(labelRuns(runs)).toMatchObject({
      title: 'learning rate, batch size, precision, seed',
      labels: ['0.1, 64, fp32, 1', '0.2, 128, bf16, 2'],
    })
  })

  test('by no more than fits beside a figure, all different', () => {
    const long = 'x'.repeat(80)
    const sets = [
      ['a', 'b', 'c'].map((name) => syntheticRun({ name: `${long}-${name}` })),
      ['a', 'b', 'c'].map((name, i) =>
        syntheticRun({ folder: `/${long}/${name}/${long}`, rate: i + 1, config: { seed: i } }),
      ),
      [1, 2, 3].map((i) =>
        syntheticRun({ config: { multipliers: { type: 'table', layers: { dense0: i, dense1: i }, others: i } } }),
      ),
      ['a', 'b', 'c'].map((name) =>
        syntheticRun({ config: { data: { type: 'mnist', folder: `/${long}/${name}`, perClass: 9 } } }),
      ),
      [1, 2, 3].map(() => syntheticRun({ folder: 'the/same' })),
    ]
    for (const runs of sets) {
      const { title, labels } = labelRuns(runs)
      expect(new Set(labels).size).toBe(3)
      for (const text of [title, ...labels]) expect(readFontMetrics().width(text)).toBeLessThanOrEqual(longestLabel)
    }
  })
})
