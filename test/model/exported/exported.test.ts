import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { experiment } from '../../../src/experiment/experiment.js'
import { modelParameters } from '../../../src/groups/model-parameters.js'
import { describeModel } from '../../../src/model/describe-model.js'
import { exported } from '../../../src/model/exported/exported.js'
import { dense, flatten } from '../../../src/model/layers.js'
import { network } from '../../../src/model/model.js'
import { prepare } from '../../../src/train/prepare.js'
import { resume } from '../../../src/train/resume.js'
import { train } from '../../../src/train/train.js'
import { failure } from '../../support/failure.js'
import { temporaryFolder } from '../../support/temporary-folder.js'
import { measured } from '../../train/killed-run.js'
import { smallExperiment } from '../../train/small-experiment.js'

/** Networks of nets.py. */
const file = (name: 'convolutional' | 'dropout') => fileURLToPath(new URL(`${name}.pt2`, import.meta.url))

const convolutional = exported({ file: file('convolutional') })

const config = (model: unknown, changes: object = {}) =>
  experiment({ ...smallExperiment, model: model as typeof convolutional, threads: 1, ...changes })

test('the layers are the weights of two and more dimensions in forward order, with what belongs to them', () => {
  const { layers, monitored, parameters, output } = describeModel(convolutional.layers, [1, 12, 12])
  expect(monitored).toEqual(['stem', 'depthwise', 'squeeze', 'head'])
  expect(output).toEqual([10])
  expect(parameters).toBe(8 * 9 + 16 + 8 * 9 + 8 + 16 + 72 + 90)
  expect(layers.map(({ name, summary, output }) => [name, summary.split(' ')[0], output.join('×')])).toEqual([
    ['exported', 'exported', '10'],
    ['stem', 'conv2d', '8×12×12'],
    ['norm', 'batch_norm', '8×12×12'],
    ['depthwise', 'conv2d', '8×12×12'],
    ['group_norm', 'group_norm', '8×12×12'],
    ['squeeze', 'linear', '8'],
    ['head', 'linear', '10'],
  ])
})

test('a tied weight is one layer, and a parameter without a module has its own name', () => {
  const { layers } = exported({ file: file('dropout') })
  const { monitored } = describeModel(layers, [1, 12, 12])
  expect(monitored).toEqual([
    'embed',
    'position',
    'attention.in_proj_weight',
    'attention.out_proj',
    'up',
    'down',
    'head',
  ])
  const kinds = new Map(modelParameters(layers, [1, 12, 12]).map(({ name, kinds }) => [name, [...kinds]]))
  expect(kinds.get('attention.in_proj_weight')).toEqual(['kernel'])
  expect(kinds.get('attention.in_proj_bias')).toEqual(['bias'])
  expect(kinds.get('before.weight')).toEqual(['normalization'])
  expect(kinds.get('embed.weight')).toEqual(['first', 'kernel'])
})

describe('an experiment', () => {
  test('takes the network in short or in full, and holds its tensors and digest', () => {
    const { model } = config({ type: 'exported', file: file('convolutional') })
    expect(model).toEqual(config(convolutional).model)
    expect(config(JSON.parse(JSON.stringify(model))).model).toEqual(model)
  })

  test('refuses data of another shape, naming the file', () => {
    const run = () => config(convolutional, { data: { ...smallExperiment.data, shape: [1, 12, 11] } })
    expect(run).toThrow(
      /convolutional\.pt2 was exported for examples of \[1, 12, 12\], but the data gives \[1, 12, 11\]/,
    )
  })

  test('finds groups by the names of PyTorch', () => {
    const groups = [{ match: { layers: ['attention.*'] }, controlled: false }]
    expect(config(exported({ file: file('dropout') }), { groups }).groups).toEqual(groups)
    const unknown = [{ match: { layers: ['atention.*'] }, trained: false }]
    expect(() => config(convolutional, { groups: unknown })).toThrow(/matches no layer/)
  })
})

test('initial weights are those of the file for every seed, or drawn from the seed', async () => {
  const weights = async (init: object, seed: number) => {
    const model = { type: 'exported', file: file('convolutional'), init }
    const { trainer } = await prepare(config(model, { seed }))
    const found = new Map((await trainer.weights()).map(({ name, data }) => [name, data]))
    trainer.dispose()
    return found
  }
  const [stored, same] = [await weights({ type: 'file' }, 1), await weights({ type: 'file' }, 2)]
  expect(same).toEqual(stored)
  const [one, two] = [await weights({ type: 'heNormal' }, 1), await weights({ type: 'heNormal' }, 2)]
  expect(one.get('stem.weight')).not.toEqual(two.get('stem.weight'))
  expect(one.get('stem.weight')).not.toEqual(stored.get('stem.weight'))
  expect(one.get('head.bias')).toEqual(stored.get('head.bias'))
})

test('a file that has changed since the experiment was made is refused', async () => {
  const copy = join(temporaryFolder(), 'net.pt2')
  copyFileSync(file('convolutional'), copy)
  const made = config(exported({ file: copy }))
  copyFileSync(file('dropout'), copy)
  expect(await failure(() => prepare(made))).toContain(
    `INVALID_FILE: ${copy} is not the file that the experiment was made with`,
  )
  writeFileSync(copy, 'x')
  expect(await failure(() => prepare(made))).toContain('no ZIP archive')
})

test('a network from PyTorch and layers of this package make one network', async () => {
  const model = network({
    layers: [...convolutional.layers, flatten({ name: 'flat' }), dense({ name: 'classes', units: 10 })],
  })
  const { monitored } = describeModel(model.layers, [1, 12, 12])
  expect(monitored).toEqual(['stem', 'depthwise', 'squeeze', 'head', 'classes'])
  const { trainer } = await prepare(config(model))
  expect(trainer.layerNames).toEqual(monitored)
  trainer.dispose()
})

test.each(['fp32', 'bf16'] as const)(
  'a training with dropout that stops and goes on has the bits of a whole one, in %s',
  async (precision) => {
    const made = config(exported({ file: file('dropout') }), {
      optimizer: { type: 'layca', rule: { type: 'adam' } },
      groups: [{ match: { kind: 'bias' }, trained: true }],
      precision,
      validation: { share: 0.1 },
      checkpoint: { everyEpochs: 1, everyMinutes: null },
    })
    const whole = await train(made, { folder: join(temporaryFolder(), 'whole') })
    const folder = join(temporaryFolder(), 'parts')
    const stop = new AbortController()
    const onEpochEnd = ({ epoch }: { epoch: number }) => void (epoch === 1 && stop.abort())
    await failure(() => train(made, { folder, signal: stop.signal, onEpochEnd }))
    await resume(folder)
    expect(measured(folder)).toEqual(measured(whole.folder))
    const losses = whole.metrics.map(({ trainLoss }) => trainLoss)
    expect(losses.at(-1)).toBeLessThan(losses[0]!)
  },
)
