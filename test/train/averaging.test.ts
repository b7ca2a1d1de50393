import { readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ema, loadWeights, openRun, resume, saveWeights, swa, train, type Weights } from '../../src/index.js'
import { averagingIn, type AveragingConfig } from '../../src/experiment/averaging-config.js'
import { experiment } from '../../src/experiment/experiment.js'
import type { NamedTensor } from '../../src/native/contract.js'
import { adam } from '../../src/optimizer/rules/adam.js'
import { averageRequest } from '../../src/train/averaging.js'
import { prepare } from '../../src/train/prepare.js'
import { allKernels } from '../native/support/kernels.js'
import { smallTrainer, trainEpoch } from '../native/support/small-trainer.js'
import { relativeDistance } from '../native/support/vectors.js'
import { failure } from '../support/failure.js'
import { needsPyTorch, pytorch } from '../support/pytorch/pytorch.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { measured } from './killed-run.js'
import { smallExperiment } from './small-experiment.js'

needsPyTorch()

const named = (prefix: string, tensors: readonly NamedTensor[]): [string, { shape: number[]; data: Float32Array }][] =>
  tensors.map(({ name, shape, data }) => [`${prefix}/${name}`, { shape, data }])

describe('the average of', () => {
  const steps = 9
  const averages: Record<string, { averaging: AveragingConfig; torch: [number | null, number[]] }> = {
    'every step': { averaging: ema({ decay: 0.8 }), torch: [0.8, [...Array(steps).keys()]] },
    'every step, by a decay of nothing': { averaging: ema({ decay: 0 }), torch: [0, [...Array(steps).keys()]] },
    'the ends of epochs': { averaging: swa(2), torch: [null, [2, 3, 4, 5, 6, 7, 8]] },
    'a share of the epochs': {
      averaging: averagingIn({ averaging: swa(0.25), epochs: 8 })!,
      torch: [null, [2, 3, 4, 5, 6, 7, 8]],
    },
    'every third end': { averaging: swa(1, { every: 3 }), torch: [null, [1, 4, 7]] },
  }

  test.each(Object.entries(averages))('%s is that of torch.optim.swa_utils', async (name, { averaging, torch }) => {
    const folder = temporaryFolder()
    for (const kernels of allKernels) {
      const trainer = await smallTrainer({ optimizer: adam(), ...kernels })
      const weights: Weights = new Map()
      for (let step = 0; step < steps; step++) {
        // Each epoch is one step.
        const average = averageRequest(averaging, step, 1, [0, 1])
        await trainEpoch(trainer, { batchSize: 21, rate: 0.05, average })
        for (const [tensor, values] of named(String(step), await trainer.weights())) weights.set(tensor, values)
      }
      const [tensors, out] = [join(folder, 'tensors.safetensors'), join(folder, 'out.safetensors')]
      await saveWeights(tensors, weights)
      await pytorch('test/train/swa_utils.py', { [name]: torch }, tensors, out)
      const theirs = await loadWeights(out)
      const own = await trainer.weights()
      await trainer.swapAverage()
      const ours = await trainer.weights()
      expect(ours.map(({ name }) => name)).toContain('batchNorm0.running_mean')
      for (const { name: tensor, data } of ours) {
        expect(relativeDistance(data, theirs.get(`${name}/${tensor}`)!.data), tensor).toBeLessThan(1e-6)
      }
      await trainer.swapAverage()
      expect(await trainer.weights()).toEqual(own)
    }
  })
})

test('an average changes no bit of the training, and its own state brings it back', async () => {
  for (const kernels of allKernels) {
    const [plain, averaged, restored] = [
      await smallTrainer(kernels),
      await smallTrainer(kernels),
      await smallTrainer(kernels),
    ]
    const average = averageRequest(ema({ decay: 0.5 }), 0, 3, [0, 3])
    expect(await trainEpoch(averaged, { average })).toEqual(await trainEpoch(plain))
    expect(await averaged.weights()).toEqual(await plain.weights())
    await restored.setWeights(await averaged.weights())
    await restored.setTrainingState(await averaged.trainingState())
    const next = averageRequest(ema({ decay: 0.5 }), 1, 3, [0, 3])
    for (const each of [averaged, restored]) await trainEpoch(each, { average: next })
    for (const each of [averaged, restored]) await each.swapAverage()
    expect(await restored.weights()).toEqual(await averaged.weights())
    expect(await failure(() => plain.swapAverage())).toContain('no step was averaged yet')
  }
})

test.each([
  [[3], [1], 'average.steps: expected ascending steps of 0 … 2, found 3'],
  [[1, 0], [1, 1], 'average.steps: expected ascending steps of 0 … 2, found 0'],
  [[0, 1], [1], 'average.weights: expected a number above 0 and at most 1 for each step'],
  [[0], [0], 'average.weights: expected a number above 0 and at most 1 for each step'],
  [[0], [1.5], 'average.weights: expected a number above 0 and at most 1 for each step'],
  [[0], [NaN], 'average.weights: expected a number above 0 and at most 1 for each step'],
])('the addon refuses to average after steps %j by %j', async (steps, weights, message) => {
  const trainer = await smallTrainer()
  const average = { steps: Int32Array.from(steps), weights: Float64Array.from(weights) }
  expect(await failure(() => trainEpoch(trainer, { average }))).toContain(message)
})

describe('a run', () => {
  const config = experiment({
    ...smallExperiment,
    averaging: ema({ decay: 0.9 }),
    validation: { share: 0.1 },
    checkpoint: { everyEpochs: 1, everyMinutes: null },
    threads: 1,
  })

  test('records the scores of the averaged weights, and keeps them', async () => {
    const folder = join(temporaryFolder(), 'run')
    const ends: unknown[] = []
    const run = await train(config, { folder, onEpochEnd: ({ average }) => void ends.push(average) })
    const header = readFileSync(join(folder, 'metrics.csv'), 'utf8').split('\n')[0]!
    expect(header).toMatch(/,average_val_loss,average_val_accuracy,average_test_loss,average_test_accuracy$/)
    const average = [...(await run.weights('average'))].map(([name, tensor]) => ({ name, ...tensor }))
    const { trainer } = await prepare(config, {}, average)
    try {
      await trainer.setWeights(average)
      const { loss, accuracy } = await trainer.evaluate('test', 128)
      const last = run.metrics.at(-1)!
      expect(last.averageTestLoss).toBeCloseTo(loss, 6)
      expect(last.averageTestAccuracy).toBe(accuracy)
      expect(last.averageTestLoss).not.toBe(last.testLoss)
      expect(ends.at(-1)).toMatchObject({ test: { loss: last.averageTestLoss } })
    } finally {
      trainer.dispose()
    }
  })

  test('without an average has the files that it always had', async () => {
    const run = await train({ ...config, averaging: null }, { folder: join(temporaryFolder(), 'run') })
    expect(readFileSync(join(run.folder, 'metrics.csv'), 'utf8').split('\n')[0]).not.toContain('average')
    expect(run.metrics.at(-1)).not.toHaveProperty('averageTestLoss')
    expect(await failure(() => run.weights('average'))).toContain('MISSING_FILE')
  })

  test.each([
    ['ema', ema({ decay: 0.9 })],
    ['swa', swa(1)],
  ])('that is interrupted averages as a whole one: %s', async (_, averaging) => {
    const [whole, parts] = [join(temporaryFolder(), 'whole'), join(temporaryFolder(), 'parts')]
    const averaged = { ...config, averaging }
    await train(averaged, { folder: whole })
    const stop = new AbortController()
    const onEpochEnd = ({ epoch }: { epoch: number }) => void (epoch === 2 && stop.abort())
    expect(await failure(() => train(averaged, { folder: parts, signal: stop.signal, onEpochEnd }))).toContain(
      'INTERRUPTED',
    )
    await resume(parts)
    expect(measured(parts)).toEqual(measured(whole))
    expect(measured(parts).has(join('checkpoints', 'average', 'model.safetensors'))).toBe(true)
    expect((await openRun(parts)).metrics[0]!.averageTestLoss === null).toBe(averaging.type === 'swa')
  })
})

describe('a run that is resumed with an average', () => {
  const plain = experiment({
    ...smallExperiment,
    validation: { share: 0.1 },
    epochs: 4,
    checkpoint: { everyEpochs: 1, everyMinutes: null, keep: 4 },
    threads: 1,
  })

  async function stoppedAfter(epochs: number, averaging: AveragingConfig | null): Promise<string> {
    const folder = join(temporaryFolder(), 'run')
    const stop = new AbortController()
    const onEpochEnd = ({ epoch }: { epoch: number }) => {
      if (epoch === epochs) stop.abort()
      return epoch === 1 ? { probe: 5 } : undefined
    }
    const stopped = train({ ...plain, averaging }, { folder, signal: stop.signal, onEpochEnd })
    expect(await failure(() => stopped)).toContain('INTERRUPTED')
    return folder
  }

  test.each<[AveragingConfig, number]>([
    [ema({ decay: 0.9 }), 3],
    [swa(1), 3],
    [swa(0, { every: 3 }), 4],
    [swa(3), 4],
  ])('has its scores from the first step that is averaged on: %j', async (averaging, first) => {
    const folder = await stoppedAfter(2, null)
    const run = await resume(folder, { config: { ...plain, averaging }, accept: ['config'] })
    const known = run.metrics.filter(({ averageTestLoss }) => typeof averageTestLoss === 'number')
    expect(known.map(({ epoch }) => epoch)).toEqual([3, 4].filter((epoch) => epoch >= first))
    expect(run.metrics.map(({ custom }) => custom)).toEqual([5, null, null, null].map((probe) => ({ probe })))
    expect((await run.weights('average')).size).toBeGreaterThan(0)
  })

  test('has the mean of the epochs since, also if it is resumed once more', async () => {
    const folder = await stoppedAfter(1, null)
    const averaged = { ...plain, averaging: swa(0) }
    const stop = new AbortController()
    const onEpochEnd = ({ epoch }: { epoch: number }) => void (epoch === 3 && stop.abort())
    const resumed = resume(folder, { config: averaged, accept: ['config'], signal: stop.signal, onEpochEnd })
    expect(await failure(() => resumed)).toContain('INTERRUPTED')
    const ends = await Promise.all(
      ['epoch-000002-step-00000000', 'epoch-000003-step-00000000'].map((name) =>
        loadWeights(join(folder, 'checkpoints', name, 'model.safetensors')),
      ),
    )
    const run = await resume(folder)
    const all = [...ends, await run.weights('last')]
    for (const [name, { data }] of await run.weights('average')) {
      for (const [i, value] of data.entries()) {
        const mean = all.reduce((sum, weights) => sum + weights.get(name)!.data[i]!, 0) / all.length
        expect(value, `${name} ${i}`).toBeCloseTo(mean, 6)
      }
    }
  })

  test('can be resumed again, from a checkpoint before the average, and without it', async () => {
    const folder = await stoppedAfter(2, null)
    const averaged = { ...plain, averaging: ema({ decay: 0.9 }) }
    const stop = new AbortController()
    const onEpochEnd = ({ epoch }: { epoch: number }) => void (epoch === 3 && stop.abort())
    const resumed = resume(folder, { config: averaged, accept: ['config'], signal: stop.signal, onEpochEnd })
    expect(await failure(() => resumed)).toContain('INTERRUPTED')
    expect((await openRun(folder).then((run) => run.weights('average'))).size).toBeGreaterThan(0)
    rmSync(join(folder, 'checkpoints', 'epoch-000003-step-00000000'), { recursive: true })
    const run = await resume(folder, { config: plain, accept: ['config'] })
    expect(run.metrics).toHaveLength(4)
    expect(run.metrics.at(-1)).not.toHaveProperty('averageTestLoss')
    expect(await failure(() => run.weights('average'))).toContain('MISSING_FILE')
  })

  test('is refused where the folder of the average is a link', async () => {
    const averaged = { ...plain, averaging: ema({ decay: 0.9 }) }
    const folder = await stoppedAfter(2, averaged.averaging)
    const other = temporaryFolder()
    const link = join(folder, 'checkpoints', 'average')
    rmSync(link, { recursive: true })
    symlinkSync(other, link)
    expect(await failure(() => resume(folder))).toContain('INVALID_FILE')
    expect(readdirSync(other)).toEqual([])
  })
})

test('contradictions and wrong values are refused', async () => {
  expect(await failure(() => experiment({ ...smallExperiment, averaging: swa(3) }))).toContain(
    'averaging.from: the average begins after 3 epochs, and the run has 3; expected at most 2',
  )
  expect(await failure(() => ema({ decay: 1 }))).toContain('ema: decay is 1; expected')
  expect(await failure(() => ema({ decay: 0.99999999 }))).toContain('becomes 1 in fp32')
  expect(await failure(() => swa(-1))).toContain('swa: from is -1; expected at least 0')
  expect(await failure(() => swa(1.5))).toContain(
    'swa: from: expected a whole number of epochs, or a share of them below 1',
  )
  expect(await failure(() => experiment({ ...smallExperiment, averaging: swa(0.99) }))).toContain(
    'averaging.from: the average begins after 3 epochs, and the run has 3; expected at most 2',
  )
  expect(averagingIn({ averaging: swa(0.75), epochs: 100 })).toEqual(swa(75))
  expect(averagingIn({ averaging: swa(1), epochs: 100 })).toEqual(swa(1))
  expect(await failure(() => swa(0, { every: 0 }))).toContain('swa: every is 0; expected at least 1')
})
