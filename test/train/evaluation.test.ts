import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { experiment, type ExperimentInput } from '../../src/index.js'
import { synthetic } from '../../src/data/synthetic/synthetic.js'
import { openRun } from '../../src/run/open-run.js'
import type { EpochEnd, EvaluationStatus } from '../../src/train/events.js'
import { evaluatedExamples } from '../../src/train/evaluation-plan.js'
import { resume } from '../../src/train/resume.js'
import { TimeLeft } from '../../src/train/time-left.js'
import { train } from '../../src/train/train.js'
import { splitForValidation } from '../../src/train/validation-split.js'
import { failure } from '../support/failure.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { fakeTraining } from './fake-training.js'
import { measured } from './killed-run.js'
import { smallExperiment } from './small-experiment.js'

const everyEpoch = { every: 1, images: null, initial: false }
const newFolder = () => join(temporaryFolder(), 'run')
const config = (change: Partial<ExperimentInput>) =>
  experiment({ ...smallExperiment, threads: 1, validation: { share: 0.1 }, ...change })

describe('an evaluation every k epochs', () => {
  const settings = { evaluation: { ...everyEpoch, every: 3 }, validation: { share: 0.1 }, epochs: 8 }
  const scores = (split: string, epoch: number) => ({ accuracy: split === 'validation' ? epoch / 10 : epoch / 20 })

  test('comes after every k-th epoch and after the last one', async () => {
    const ends: EpochEnd[] = []
    const { training, trainer, run } = await fakeTraining(settings, scores, { onEpochEnd: (end) => ends.push(end) })
    await training.run()
    expect(trainer.evaluations.map(([split]) => split)).toEqual(Array(3).fill(['validation', 'test']).flat())
    const { metrics, best, folder } = await run()
    expect(metrics.map(({ testAccuracy }) => testAccuracy)).toEqual([
      ...[null, null, 0.15, null, null],
      ...[0.3, null, 0.4],
    ])
    expect(metrics.every(({ trainLoss }) => trainLoss > 0)).toBe(true)
    expect(best?.epoch).toBe(8)
    expect(ends.map(({ test, isBest }) => [test === null, isBest])).toEqual(
      metrics.map(({ testAccuracy }) => [testAccuracy === null, testAccuracy !== null]),
    )
    const lines = readFileSync(join(folder, 'run.log'), 'utf8').match(/ epoch \d\/8.*/g)!
    expect(lines.filter((line) => line.includes('test loss'))).toHaveLength(3)
  })

  test('also follows the epoch after which a rule ends the run', async () => {
    const stopping = { notWorking: { epoch: 3, accuracy: 0.95 } }
    const { training, run } = await fakeTraining({ ...settings, stopping }, scores)
    await training.run()
    expect((await run()).metrics.map(({ testAccuracy }) => testAccuracy)).toEqual([null, null, 0.15, 0.2])
  })

  test('is the one whose accuracies early stopping counts', async () => {
    const stopping = { early: { patience: 2, metric: 'valAccuracy' as const } }
    const { training, run } = await fakeTraining({ ...settings, epochs: 20, stopping }, () => ({ accuracy: 0.5 }))
    await training.run()
    const { metrics, status } = await run()
    expect(metrics).toHaveLength(9)
    expect(status.reason).toBe('the validation accuracy has not risen above 0.5 since epoch 3 (stopping.early)')
  })
})

describe('the examples of an evaluation', () => {
  const { validation } = splitForValidation(1000, { share: 0.1 }, 1)
  const chosen = (seed: number, images: number | null) =>
    evaluatedExamples({ evaluation: { ...everyEpoch, images }, seed }, validation, 500, 'images')

  test('are all without a limit, or with one that both splits keep', () => {
    const all = { validation: { chosen: undefined, count: 100 }, test: { chosen: undefined, count: 500 } }
    expect(chosen(1, null)).toEqual(all)
    expect(chosen(1, 500)).toEqual(all)
  })

  test('are drawn by the seed from each split', () => {
    const { validation: some, test } = chosen(1, 30)
    for (const { chosen, count } of [some, test]) {
      expect(count).toBe(30)
      expect(new Set(chosen).size).toBe(30)
      expect([...chosen!]).toEqual([...chosen!].sort((a, b) => a - b))
    }
    expect(some.chosen!.every((index) => validation.includes(index))).toBe(true)
    expect(Math.max(...test.chosen!)).toBeGreaterThan(300)
    expect(chosen(1, 30)).toEqual({ validation: some, test })
    expect(chosen(2, 30).test).not.toEqual(test)
    expect(chosen(1, 200)).toMatchObject({ validation: { chosen: undefined, count: 100 }, test: { count: 200 } })
  })

  test('are the same in every evaluation', async () => {
    const evaluation = { every: 2, images: 20, initial: true }
    const { training, trainer } = await fakeTraining({ evaluation, epochs: 3 }, () => ({}))
    await training.run()
    const taken = trainer.evaluations.map(([, , indices]) => indices)
    expect(taken).toHaveLength(3)
    expect(taken[0]).toHaveLength(20)
    expect(taken.every((indices) => String(indices) === String(taken[0]))).toBe(true)
  })
})

test('evaluating less changes no weight, and what is measured is the same', async () => {
  const often = await train(config({}), { folder: newFolder() })
  const seldom = await train(config({ evaluation: { every: 3, images: 50, initial: true } }), { folder: newFolder() })
  const weights = (folder: string) => measured(folder).get('checkpoints/last/model.safetensors')
  expect(weights(seldom.folder)).toBe(weights(often.folder))
  expect(measured(seldom.folder).get('layers.csv')).toBe(measured(often.folder).get('layers.csv'))
  const last = seldom.metrics.at(-1)!
  expect(last.testAccuracy! * 50).toBeCloseTo(Math.round(last.testAccuracy! * 50), 9)
  expect(last.valAccuracy! * 50).toBeCloseTo(Math.round(last.valAccuracy! * 50), 9)
  expect(last.testAccuracy).not.toBe(often.metrics.at(-1)!.testAccuracy)
})

describe('the scores before the first step', () => {
  const initial = config({ evaluation: { initial: true } })

  test('are row 0 of metrics.csv and the initial scores of the run', async () => {
    const run = await train(initial, { folder: newFolder() })
    const [, first, second] = readFileSync(join(run.folder, 'metrics.csv'), 'utf8').split('\n')
    expect(first).toMatch(/^0,,,,[\d.]+,[\d.]+,[\d.]+,[\d.]+,[\d.]+,[\d.]+,[\d.]+,,$/)
    expect(second).toMatch(/^1,0\.1,/)
    expect(run.metrics.map(({ epoch }) => epoch)).toEqual([1, 2, 3])
    expect(run.initial).toMatchObject({ epoch: 0 })
    // Ten classes, of which nothing is known yet.
    expect(run.initial!.testAccuracy).toBeLessThan(0.25)
    expect(run.initial!.testLoss).toBeGreaterThan(1.5)
    expect(run.initial!.testLoss).toBeLessThan(4)
    expect(readFileSync(join(run.folder, 'run.log'), 'utf8')).toContain('before the first step validation loss')
    expect((await train(config({}), { folder: newFolder() })).initial).toBeUndefined()
  })

  test('stay where they are when the run is resumed', async () => {
    const whole = await train(initial, { folder: newFolder() })
    for (const epochs of [0, 1]) {
      const folder = newFolder()
      const controller = new AbortController()
      const stopAt = (epoch: number) => void (epoch === epochs && controller.abort())
      const stopped = train(initial, {
        folder,
        signal: controller.signal,
        onStart: () => stopAt(0),
        onEpochEnd: ({ epoch }) => stopAt(epoch),
      })
      expect(await failure(() => stopped)).toContain(`INTERRUPTED: stopped after ${epochs} of 3`)
      await resume(folder)
      expect(measured(folder)).toEqual(measured(whole.folder))
      expect((await openRun(folder)).initial).toEqual({ ...whole.initial, seconds: expect.any(Number) as number })
    }
  })
})

test('a long evaluation tells how far it is, and can be stopped and resumed', async () => {
  const slow = config({
    data: synthetic({ shape: [1, 12, 12], classes: 10, train: 200, test: 60_000 }),
    model: { type: 'mlp', hidden: [512, 512] },
    batchSize: 10,
    epochs: 2,
  })
  const folder = newFolder()
  const seen: EvaluationStatus[] = []
  const controller = new AbortController()
  const onEvaluation = (status: EvaluationStatus) => {
    seen.push(status)
    controller.abort()
  }
  expect(await failure(() => train(slow, { folder, onEvaluation, signal: controller.signal }))).toContain('INTERRUPTED')
  expect(seen[0]).toMatchObject({ epoch: 1, total: 60_020 })
  expect(seen[0]!.done).toBeGreaterThan(20)
  const resumed = await resume(folder)
  const whole = await train(slow, { folder: newFolder() })
  expect(measured(folder)).toEqual(measured(whole.folder))
  // Nothing was left to train of the first epoch.
  expect(resumed.metrics.map(({ examplesPerSecond }) => examplesPerSecond)).toEqual([null, expect.any(Number)])
})

describe('the time that is left', () => {
  const left = (evaluation: Partial<typeof everyEpoch>) =>
    new TimeLeft({
      config: experiment({ ...smallExperiment, evaluation, epochs: 10, batchSize: 10 }),
      orders: { stepsPerEpoch: 10, epoch: () => ({ order: new Int32Array(), batchSizes: new Int32Array() }) },
      evaluated: { validation: { chosen: undefined, count: 0 }, test: { chosen: undefined, count: 300 } },
    })

  test('is that of as many epochs as are left, with their evaluations', () => {
    const estimate = left({})
    estimate.evaluated(3)
    expect(estimate.after(2, 10)).toBeCloseTo(40, 9)
  })

  test('counts the evaluations that are due', () => {
    const estimate = left({ every: 4 })
    // None is measured yet: 300 images take as long as training 100.
    expect(estimate.after(2, 4)).toBeCloseTo(8 * 2 + 3 * 2, 9)
    estimate.evaluated(5)
    expect(estimate.after(4, 13)).toBeCloseTo(6 * 2 + 2 * 5, 9)
  })
})
