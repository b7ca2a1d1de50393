import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { ExperimentConfig } from '../../src/experiment/config.js'
import { ema } from '../../src/experiment/averaging-config.js'
import { synthetic } from '../../src/data/synthetic/synthetic.js'
import { openRun, openTrainedRun } from '../../src/run/open-run.js'
import { constant } from '../../src/schedule/curves/constant.js'
import { resume } from '../../src/train/resume.js'
import { train, type EpochEnd, type EpochModel, type StepEnd } from '../../src/train/train.js'
import { failure } from '../support/failure.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { measured } from './killed-run.js'
import { smallExperiment } from './small-experiment.js'

const newFolder = () => join(temporaryFolder(), 'run')

const oneEpoch = { ...smallExperiment, epochs: 1, learningRate: constant(0.1) }
const twoEpochs = { ...smallExperiment, epochs: 2, learningRate: constant(0.1) }

/** A checkpoint after every epoch. */
const withCheckpoints: ExperimentConfig = {
  ...smallExperiment,
  threads: 1,
  checkpoint: { everyEpochs: 1, everyMinutes: null, keep: 1 },
}

describe('onStep', () => {
  test('hears of every step once, in order, with the loss that is recorded', async () => {
    const steps: StepEnd[] = []
    const groups: ExperimentConfig['groups'] = [{ match: { layers: ['dense1'] }, rate: 0.5 }]
    const run = await train({ ...twoEpochs, groups }, { folder: newFolder(), onStep: (step) => steps.push(step) })
    expect(steps.map(({ epoch, step }) => [epoch, step])).toEqual(
      [0, 1].flatMap((epoch) => Array.from({ length: 10 }, (_, i) => [epoch, i + 1])),
    )
    const recorded = (await run.steps()).layer('dense0', 'loss')
    expect(steps.map(({ loss }) => loss)).toEqual([...recorded])
    for (const step of steps) {
      expect(step).toMatchObject({ steps: 10, learningRate: 0.1, rates: { dense0: 0.1, dense1: 0.05 } })
    }
    const mean = recorded.slice(10).reduce((sum, loss) => sum + loss, 0) / 10
    expect(mean).toBeCloseTo(run.metrics[1]!.trainLoss, 6)
  })

  test('hears of the steps of a long epoch while it runs', async () => {
    const steps: number[] = []
    const controller = new AbortController()
    const long = {
      ...oneEpoch,
      batchSize: 1,
      data: synthetic({ shape: [1, 12, 12], classes: 10, train: 20_000, test: 500 }),
    }
    const running = train(long, {
      folder: newFolder(),
      signal: controller.signal,
      onStep: ({ step }) => {
        steps.push(step)
        controller.abort()
      },
    })
    expect(await failure(() => running)).toContain('INTERRUPTED: stopped after 0.')
    expect(steps).toEqual(steps.map((_, i) => i + 1))
    expect(steps.length).toBeGreaterThan(10)
  })

  test('hears in a resumed run of the steps that are trained then', async () => {
    const folder = newFolder()
    const heard: number[][] = [[], []]
    const controller = new AbortController()
    const onEpochEnd = ({ epoch }: EpochEnd) => void (epoch === 1 && controller.abort())
    const count = (run: number) => (step: StepEnd) => void heard[run]!.push(step.epoch * 10 + step.step)
    await failure(() => train(withCheckpoints, { folder, signal: controller.signal, onEpochEnd, onStep: count(0) }))
    await resume(folder, { onStep: count(1) })
    expect(heard.map((steps) => [steps.at(0), steps.at(-1)])).toEqual([
      [1, 10],
      [11, 30],
    ])
  })
})

describe('the model of onEpochEnd', () => {
  test('has the weights and scores of the epoch', async () => {
    const seen: { test: number; train: number; norms: number[] }[] = []
    const onEpochEnd = async ({ test }: EpochEnd, { weights, evaluate }: EpochModel) => {
      const all = await weights()
      const again = await evaluate('test')
      expect(again).toEqual(test)
      const norms = ['dense0', 'dense1'].map((name) => Math.hypot(...all.get(`${name}.weight`)!.data))
      seen.push({ test: again.loss, train: (await evaluate('train')).loss, norms })
    }
    const run = await train(twoEpochs, { folder: newFolder(), onEpochEnd })
    expect(seen).toHaveLength(2)
    const norms = (await run.layers()).column('norm')
    for (const [epoch, { test, norms: found }] of seen.entries()) {
      expect(test).toBe(run.metrics[epoch]!.testLoss)
      found.forEach((norm, layer) => expect(norm).toBeCloseTo(norms[epoch * 4 + 2 + layer]!, 4))
    }
    expect(seen[1]!.train).toBeLessThan(seen[0]!.train)
  })

  test('changes no bit of the training', async () => {
    const [plain, asked] = [newFolder(), newFolder()]
    const onEpochEnd = async (_: EpochEnd, { weights, evaluate }: EpochModel) => {
      await evaluate('train')
      ;(await weights()).forEach(({ data }) => data.fill(0))
    }
    await train({ ...twoEpochs, threads: 1 }, { folder: plain })
    await train({ ...twoEpochs, threads: 1 }, { folder: asked, onEpochEnd, onStep: () => undefined })
    expect(measured(asked)).toEqual(measured(plain))
  })

  test('is refused afterwards, and for a split that the run does not have', async () => {
    let kept: EpochModel | undefined
    const onEpochEnd = (_: EpochEnd, model: EpochModel) => void (kept = model)
    await train(oneEpoch, { folder: newFolder(), onEpochEnd })
    for (const name of ['weights', 'evaluate'] as const) {
      expect(await failure(() => kept![name]('test'))).toBe(
        `DISPOSED: ${name}() was called after onEpochEnd of epoch 1 had ended, when the model may have changed; await it within onEpochEnd`,
      )
    }
    const running = train(oneEpoch, { folder: newFolder(), onEpochEnd: (_, { evaluate }) => evaluate('validation') })
    expect(await failure(() => running)).toBe('INVALID_CONFIG: evaluate: found "validation"; expected train or test')
  })
})

describe('numbers that onEpochEnd returns', () => {
  const columns = (name: string, count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`${name}${i}`, i]))

  test('may fill the most columns beside those of an average, and come after a checkpoint', async () => {
    const folder = newFolder()
    const averaged = { ...withCheckpoints, averaging: ema(), checkpoint: { ...withCheckpoints.checkpoint, keep: 2 } }
    const onEpochEnd = ({ epoch }: EpochEnd) => {
      if (epoch === 2) return columns('c', 1000)
      if (epoch === 3) throw new Error('the probe failed')
      return undefined
    }
    await expect(train(averaged, { folder, onEpochEnd })).rejects.toThrow('the probe failed')
    rmSync(join(folder, 'checkpoints', 'epoch-000002-step-00000000'), { recursive: true })
    const run = await resume(folder, { onEpochEnd: ({ epoch }) => (epoch === 3 ? columns('d', 1000) : undefined) })
    expect(run.metrics[2]!.custom['d999']).toBe(999)
  })

  test('are refused once they are more columns than a run may have, and the run can still be read', async () => {
    const folder = newFolder()
    const onEpochEnd = ({ epoch }: EpochEnd) => columns(`epoch${epoch}_`, 600)
    expect(await failure(() => train(smallExperiment, { folder, onEpochEnd }))).toBe(
      'INVALID_CONFIG: onEpochEnd returned 1200 different columns in this run; expected at most 1000',
    )
    expect((await openRun(folder)).metrics).toHaveLength(2)
  })

  test('are columns of metrics.csv, which begin when they are first returned', async () => {
    const folder = newFolder()
    const onEpochEnd = async ({ epoch }: EpochEnd) => {
      await setTimeout(1)
      return epoch === 1 ? undefined : { probe: epoch / 4, ...(epoch === 3 && { sharpness: NaN, late: null }) }
    }
    const run = await train(smallExperiment, { folder, onEpochEnd })
    const nothing = { probe: null, sharpness: null, late: null }
    expect(run.metrics.map(({ custom }) => custom)).toEqual([
      nothing,
      { ...nothing, probe: 0.5 },
      { ...nothing, probe: 0.75, sharpness: NaN },
    ])
    const lines = readFileSync(join(folder, 'metrics.csv'), 'utf8').trimEnd().split('\n')
    expect(lines.map((line) => line.split(',').slice(13).join())).toEqual([
      'probe,sharpness,late',
      ',,',
      '0.5,,',
      '0.75,NaN,',
    ])
  })

  test.each([
    ['number', 3],
    ['list', [1, 2]],
    ['Map', new Map([['probe', 1]])],
    ['empty object', {}],
  ])('are none in a returned %s', async (_, returned) => {
    const run = await train(oneEpoch, { folder: newFolder(), onEpochEnd: () => returned })
    expect(run.metrics[0]!.custom).toEqual({})
  })

  test('a function that meets the lock of its own run ends it as failed', async () => {
    const folder = newFolder()
    expect(await failure(() => train(oneEpoch, { folder, onEpochEnd: () => resume(folder) }))).toContain('RUN_LOCKED')
    expect((await openTrainedRun(folder)).status).toMatchObject({ status: 'failed' })
  })

  test.each([
    [{ 'my probe': 1 }, 'the column "my probe"; expected a letter, then letters, digits and _, at most 64 in all'],
    [{ test_loss: 1 }, 'the column "test_loss"; expected a name that is not taken'],
    [{ mean_rotation: 1 }, 'the column "mean_rotation"; expected a name that is not taken'],
    [{ toString: 1 }, 'the column "toString"; expected a name that is not taken'],
    [{ probe: 'high' }, '"probe" of type string; expected a number or null'],
  ])('%j end the run as failed, with what it measured', async (returned, problem) => {
    const folder = newFolder()
    const message = `INVALID_CONFIG: onEpochEnd returned ${problem}`
    expect(await failure(() => train(oneEpoch, { folder, onEpochEnd: () => returned }))).toBe(message)
    const { status, metrics } = await openTrainedRun(folder)
    expect([status.status, metrics.length]).toEqual(['failed', 1])
  })

  const probe = ({ epoch }: EpochEnd) => ({ probe: 1 / epoch })

  test.each([
    ['all along', probe, probe, [1, 1 / 2, 1 / 3]],
    ['before the end only', probe, undefined, [1, null, null]],
    ['after the resumption only', undefined, probe, [null, 1 / 2, 1 / 3]],
  ])('survive a resumption if they come %s', async (_, before, after, expected) => {
    const folder = newFolder()
    const controller = new AbortController()
    const stopping = (end: EpochEnd) => {
      if (end.epoch === 1) controller.abort()
      return before?.(end)
    }
    await failure(() => train(withCheckpoints, { folder, signal: controller.signal, onEpochEnd: stopping }))
    const run = await resume(folder, after && { onEpochEnd: after })
    expect(run.metrics.map(({ custom }) => custom['probe'] ?? null)).toEqual(expected)
  })

  test.each([
    ['none', () => undefined],
    ['the same', ({ epoch }: EpochEnd) => (epoch === 3 ? { probe: 7 } : undefined)],
  ])('that came after the newest checkpoint keep no run from being resumed, with %s then', async (_, again) => {
    const [folder, whole] = [newFolder(), newFolder()]
    const config = { ...withCheckpoints, epochs: 5, checkpoint: { everyEpochs: 2, everyMinutes: null, keep: 1 } }
    const onEpochEnd = ({ epoch }: EpochEnd) => {
      if (epoch === 4) throw new Error('lost')
      return epoch === 3 ? { probe: 7 } : undefined
    }
    await failure(() => train(config, { folder, onEpochEnd })).catch(() => undefined)
    const failed = await openTrainedRun(folder)
    expect(failed.status).toMatchObject({ status: 'failed', lastCheckpoint: { epoch: 2 } })
    expect(failed.metrics.map(({ custom }) => custom['probe'])).toEqual([null, null, 7, null])

    await resume(folder, { onEpochEnd: again })
    await train(config, { folder: whole, onEpochEnd: again })
    expect(measured(folder)).toEqual(measured(whole))
  })
})
