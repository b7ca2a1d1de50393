import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  batchNorm,
  clamped,
  constant,
  dense,
  experiment,
  fixedNorm,
  flatten,
  lars,
  layca,
  magnitudeDirection,
  network,
  relu,
  rotational,
  saveWeights,
  sgd,
  synthetic,
  train,
  type EpochEnd,
  type ExperimentInput,
  type Initializer,
} from '../../src/index.js'
import { testDevice } from '../support/device.js'
import { failure } from '../support/failure.js'
import { temporaryFolder } from '../support/temporary-folder.js'

/** A network of two layers on images of 2 × 2 pixels; the last one begins as `init` says. */
const valid = (init: Initializer, change: Partial<ExperimentInput> = {}): ExperimentInput => ({
  name: 'zeros',
  data: synthetic({ shape: [1, 2, 2], classes: 2, train: 40, test: 20 }),
  model: network({
    layers: [
      flatten({ name: 'flatten' }),
      dense({ name: 'dense0', units: 3, bias: false }),
      relu({ name: 'relu' }),
      dense({ name: 'dense1', units: 2, bias: false, init }),
    ],
  }),
  optimizer: sgd(),
  learningRate: constant(0.1),
  epochs: 2,
  batchSize: 10,
  device: testDevice,
  ...change,
})

const zeros = { type: 'zeros' } as const
const controls = [
  ['layca keeps initial norms', layca(sgd())],
  ['fixedNorm keeps initial norms', fixedNorm(sgd())],
  ['rotational keeps initial norms', rotational(sgd())],
  ['magnitudeDirection turns directions, which weights of 0 lack', magnitudeDirection(sgd())],
] as const

/** Writes initial weights with the given rows of dense1. */
async function weightsWith(dense1: number[]): Promise<string> {
  const file = join(temporaryFolder(), 'initial.safetensors')
  await saveWeights(
    file,
    new Map([
      ['dense0.weight', { shape: [3, 4], data: Float32Array.from({ length: 12 }, (_, i) => Math.cos(i)) }],
      ['dense1.weight', { shape: [2, 3], data: Float32Array.from(dense1) }],
    ]),
  )
  return file
}

describe.each(controls)('where %s,', (reason, optimizer) => {
  test('a layer that begins at 0 is refused', async () => {
    expect(await failure(() => experiment(valid(zeros, { optimizer })))).toBe(
      `INVALID_CONFIG: experiment "zeros": model.layers.dense1.init: zeros would stay zeros: ${reason}; expected another init, or a group with controlled: false for this layer`,
    )
  })

  test('so is one that a file has at 0, before there is a run', async () => {
    const file = await weightsWith([0, 0, 0, 0, 0, 0])
    const config = experiment(valid({ type: 'heNormal' }, { optimizer, initialWeights: file }))
    expect(await failure(() => train(config, { folder: join(temporaryFolder(), 'run') }))).toContain(
      `INVALID_FILE: ${file}: all of dense1.weight is 0, and would stay so: ${reason}; expected other weights, or a group with controlled: false`,
    )
  })

  test('but not one that the control leaves alone, or that a file has elsewhere', () => {
    const groups = [{ match: { layers: ['dense1'] }, controlled: false }]
    expect(experiment(valid(zeros, { optimizer, groups })).groups).toEqual(groups)
    const frozen = [{ match: { layers: ['dense1'] }, trained: false }]
    expect(experiment(valid(zeros, { optimizer, groups: frozen })).groups).toEqual(frozen)
    expect(experiment(valid(zeros, { optimizer, initialWeights: 'file' })).initialWeights).toBe('file')
  })
})

test('a neuron that begins at 0 is a warning where norms are kept by neuron', async () => {
  const initialWeights = await weightsWith([0, 0, 0, 1, 2, 3])
  const folder = join(temporaryFolder(), 'run')
  const optimizer = layca(sgd(), { per: 'neuron' })
  const run = await train(experiment(valid({ type: 'heNormal' }, { optimizer, initialWeights })), { folder })
  const warning = '1 neuron of 2 in dense1.weight began at 0 and will stay so: layca keeps initial norms'
  expect(run.status.warnings).toEqual([warning])
  expect(readFileSync(join(folder, 'run.log'), 'utf8')).toContain(` warning: ${warning}\n`)
  expect((await run.weights('last')).get('dense1.weight')!.data.slice(0, 3)).toEqual(Float32Array.of(0, 0, 0))
})

test('the scale of a normalisation that begins at 0 is a warning where the control leaves it there', async () => {
  const file = join(temporaryFolder(), 'initial.safetensors')
  const values = (length: number) => Float32Array.from({ length }, (_, i) => Math.cos(i))
  const scale = { shape: [3], data: new Float32Array(3) }
  await saveWeights(
    file,
    new Map([
      ['dense0.weight', { shape: [3, 4], data: values(12) }],
      ['norm.weight', scale],
      ['norm.bias', scale],
      ['norm.running_mean', scale],
      ['norm.running_var', { shape: [3], data: Float32Array.of(1, 1, 1) }],
      ['dense1.weight', { shape: [2, 3], data: values(6) }],
    ]),
  )
  const layers = [
    flatten({ name: 'flatten' }),
    dense({ name: 'dense0', units: 3, bias: false }),
    batchNorm({ name: 'norm' }),
    dense({ name: 'dense1', units: 2, bias: false }),
  ]
  const warningsOf = async (change: Partial<ExperimentInput>) => {
    const config = valid({ type: 'heNormal' }, { model: network({ layers }), initialWeights: file, ...change })
    return (await train(experiment(config), { folder: join(temporaryFolder(), 'run') })).status.warnings ?? []
  }
  const optimizer = layca(sgd())
  expect(await warningsOf({ optimizer })).toEqual([
    'all of norm.weight began at 0 and will stay so, with all that it scales: layca does not train it; a group with trained: true for it does',
  ])
  const groups = [{ match: { kind: 'normalization' as const }, trained: true }]
  expect(await warningsOf({ optimizer, groups })).toEqual([])
  expect(await warningsOf({ optimizer, groups: [{ ...groups[0]!, trained: false }] })).toEqual([])
  expect(await warningsOf({ optimizer: clamped(sgd()) })).toEqual([])
})

test.each([
  ['sgd', sgd()],
  ['lars', lars(sgd())],
  ['clamped', clamped(sgd(), { floor: 0.01, ceiling: 0.1 })],
])('under %s a layer that begins at 0 trains; the mean rotation is that of the others', async (_, optimizer) => {
  const ends: EpochEnd[] = []
  const folder = join(temporaryFolder(), 'run')
  const onEpochEnd = (end: EpochEnd) => ends.push(end)
  const run = await train(experiment(valid(zeros, { optimizer })), { folder, onEpochEnd })
  expect((await run.weights('last')).get('dense1.weight')!.data.some((weight) => weight !== 0)).toBe(true)
  const own = run.rotation.layer('dense0').at(-1)!
  expect(own).toBeGreaterThan(0)
  expect(run.rotation.layer('dense1').at(-1)).toBeNaN()
  expect(run.rotation.mean().at(-1)).toBe(own)
  expect(run.rotation.known()).toEqual([2, 1, 1])
  expect(ends[1]!.rotation).toEqual({ mean: own, known: 1, layers: { dense0: own, dense1: NaN } })
  expect(readFileSync(join(folder, 'run.log'), 'utf8')).toMatch(/ mean rotation 0\.\d+ of 1 of 2 layers, /)
})
