import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { synthetic } from '../../src/data/synthetic/synthetic.js'
import { sgd } from '../../src/optimizer/rules/sgd.js'
import { weightDecay } from '../../src/regularization/weight-decay.js'
import { openRun } from '../../src/run/open-run.js'
import { constant } from '../../src/schedule/curves/constant.js'
import { resume } from '../../src/train/resume.js'
import { train, type EpochEnd, type TrainingProgress, type TrainingStart } from '../../src/train/train.js'
import { failure } from '../support/failure.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { smallExperiment } from './small-experiment.js'

/** 5,000 steps an epoch: it is still running when its first progress arrives. */
const longEpochs = {
  ...smallExperiment,
  data: synthetic({ shape: [1, 12, 12], classes: 10, train: 10_000, test: 500 }),
  batchSize: 2,
}

const newFolder = () => join(temporaryFolder(), 'run')

describe('an interruption', () => {
  test('within an epoch keeps everything up to its last step', async () => {
    const folder = newFolder()
    const controller = new AbortController()
    const seen: TrainingProgress[] = []
    const onProgress = (progress: TrainingProgress) => {
      seen.push(progress)
      controller.abort()
    }
    const message = await failure(() => train(longEpochs, { folder, signal: controller.signal, onProgress }))
    expect(seen[0]).toMatchObject({ epoch: 0, steps: 5000, learningRate: 0.1 })
    expect(message).toMatch(
      new RegExp(
        `^INTERRUPTED: stopped after 0\\.?\\d* of 3 epochs; what was measured is in ${folder}; resume with \`layer-rotation resume ${folder}\`$`,
      ),
    )

    const run = await openRun(folder)
    expect(run.status.status).toBe('interrupted')
    expect(run.status.reason).toContain('stopped after')
    expect(run.metrics).toHaveLength(1)
    const { epoch, trainLoss, testLoss, testAccuracy } = run.metrics[0]!
    expect(epoch).toBeGreaterThan(0)
    expect(epoch).toBeLessThan(1)
    expect(trainLoss).toBeGreaterThan(0)
    expect([testLoss, testAccuracy]).toEqual([null, null])
    expect(run.rotation.epochs).toEqual([0, epoch])
    expect(run.status.epoch).toBe(epoch)
    expect((await run.steps()).steps.at(-1)).toBe(Math.round(epoch * 5000))
    expect((await run.weights('last')).size).toBe(8)
    expect(readFileSync(join(folder, 'run.log'), 'utf8')).toContain('interrupted: stopped after')
  })

  test('between epochs ends before the next one', async () => {
    const folder = newFolder()
    const controller = new AbortController()
    const stopAfterTwo = ({ epoch }: { epoch: number }) => epoch === 2 && controller.abort()
    expect(
      await failure(() => train(smallExperiment, { folder, signal: controller.signal, onEpochEnd: stopAfterTwo })),
    ).toBe(
      `INTERRUPTED: stopped after 2 of 3 epochs; what was measured is in ${folder}; resume with \`layer-rotation resume ${folder}\``,
    )
    const run = await openRun(folder)
    expect(run.status).toMatchObject({ status: 'interrupted', epoch: 2 })
    expect(run.metrics.map(({ epoch }) => epoch)).toEqual([1, 2])
    expect(run.metrics[1]!.testAccuracy).not.toBeNull()
  })

  test('after the last epoch comes too late', async () => {
    const controller = new AbortController()
    const stopAtEnd = ({ epoch }: { epoch: number }) => epoch === 3 && controller.abort()
    const run = await train(smallExperiment, { folder: newFolder(), signal: controller.signal, onEpochEnd: stopAtEnd })
    expect(run.status.status).toBe('finished')
  })

  test('before the first step writes nothing', async () => {
    const folder = newFolder()
    expect(await failure(() => train(smallExperiment, { folder, signal: AbortSignal.abort() }))).toBe(
      'INTERRUPTED: stopped before it began; no run folder was made',
    )
    expect(existsSync(folder)).toBe(false)
  })

  test('on the start leaves a run of no epochs', async () => {
    const folder = newFolder()
    const controller = new AbortController()
    const message = await failure(() =>
      train(smallExperiment, { folder, signal: controller.signal, onStart: () => controller.abort() }),
    )
    expect(message).toContain('INTERRUPTED: stopped after 0 of 3 epochs')
    const run = await openRun(folder)
    expect(run.metrics).toEqual([])
    expect(run.rotation.epochs).toEqual([0])
  })
})

describe('a diverging run', () => {
  test('fails, naming epoch, step and rate, and keeps what was measured', async () => {
    const folder = newFolder()
    const learningRate = { type: 'constant', initial: 1e30 } as const
    const config = {
      ...smallExperiment,
      optimizer: sgd(),
      learningRate,
    }
    const message = await failure(() => train(config, { folder }))
    expect(message).toMatch(
      /^DIVERGED: the loss became (NaN|Infinity) in epoch 1 at step \d+, where (the output of layer \w+ was|.*) not finite, with a learning rate of 1e\+30; try a smaller learningRate. What was measured is in /,
    )
    const run = await openRun(folder)
    expect(run.status).toMatchObject({ status: 'failed', epoch: 0 })
    expect(`DIVERGED: ${run.status.reason}`).toBe(message)
    expect(run.metrics).toEqual([])
    const step = Number(/step (\d+)/.exec(message)![1])
    expect((await run.steps()).steps.at(-1)).toBe(step - 1) // whose loss was not finite made no update
  })

  test('fails at the step whose update makes weights infinite, though no loss shows it', async () => {
    const [learningRate, regularization] = [constant(3e38), weightDecay(3e38)]
    const message = await failure(() =>
      train({ ...smallExperiment, optimizer: sgd(), learningRate, regularization }, { folder: newFolder() }),
    )
    expect(message).toMatch(
      /^DIVERGED: dense\d\.\w+ and \d+ more tensors were not finite in epoch 1 at step 1, though the loss was, with /,
    )
  })
})

describe('a listener', () => {
  const error = new TypeError('a mistake of the caller')
  const throws = () => {
    throw error
  }
  const rejects = () => setTimeout(5).then(throws)

  test.each([
    ['onStart', 'throws', throws],
    ['onProgress', 'throws', throws],
    ['onEpochEnd', 'throws', throws],
    ['onStart', 'rejects', rejects],
    ['onProgress', 'rejects', rejects],
    ['onEpochEnd', 'rejects', rejects],
  ])('%s that %s ends the training with its error', async (name, _, listener) => {
    const folder = newFolder()
    const config = name === 'onProgress' ? longEpochs : smallExperiment
    await expect(train(config, { folder, [name]: listener })).rejects.toBe(error)
    const { status } = await openRun(folder)
    expect(status).toMatchObject({ status: 'failed', reason: 'a mistake of the caller' })
  })

  test('is waited for: the next epoch begins after its promise, and so does the end', async () => {
    const order: string[] = []
    const onEpochEnd = async ({ epoch }: EpochEnd) => {
      order.push(`${epoch} begins`)
      await setTimeout(20)
      order.push(`${epoch} ends`)
    }
    await train({ ...smallExperiment, epochs: 2, learningRate: constant(0.1) }, { folder: newFolder(), onEpochEnd })
    expect(order).toEqual(['1 begins', '1 ends', '2 begins', '2 ends'])
  })

  test('may change what onStart gives it', async () => {
    const onStart = (start: TrainingStart) => {
      Object.assign(start.config, { epochs: 1, seed: 7 })
      start.layers.length = 0
      start.position.epoch = 2
    }
    const run = await train(smallExperiment, { folder: newFolder(), onStart })
    expect(run.config).toEqual(smallExperiment)
    expect(run.metrics).toHaveLength(3)
    expect(run.rotation.layers).toEqual(['dense0', 'dense1'])
  })
})

describe('options of train', () => {
  test.each([
    [{ signal: {} }, 'signal: expected an AbortSignal'],
    [{ onEpochEnd: 3 }, 'onEpochEnd: expected a function'],
    [{ onEpochDone: () => undefined }, 'unknown key "onEpochDone"; did you mean "onEpochEnd"?'],
    [{ folder: '' }, 'folder is ""; expected a text that is not empty'],
  ])('that cannot be used are refused before anything is made: %o', async (options, problem) => {
    const runsFolder = newFolder()
    expect(await failure(() => train(smallExperiment, { runsFolder, ...(options as object) }))).toBe(
      `INVALID_CONFIG: options of train: ${problem}`,
    )
    expect(existsSync(runsFolder)).toBe(false)
  })

  test('may name folders that stay where they are if the program changes its working directory', async () => {
    const [before, here, other] = [process.cwd(), temporaryFolder(), temporaryFolder()]
    onTestFinished(() => process.chdir(before))
    process.chdir(here)
    const config = { ...smallExperiment, checkpoint: { everyEpochs: 1, everyMinutes: null, keep: 1 } }
    const controller = new AbortController()
    const onStart = () => process.chdir(other)
    const onEpochEnd = () => controller.abort()
    const running = train(config, { folder: 'run', signal: controller.signal, onStart, onEpochEnd })
    expect(await failure(() => running)).toContain(`what was measured is in ${join(here, 'run')}; resume with`)
    process.chdir(here)
    const run = await resume('run', { onStart })
    expect(run.folder).toBe(join(here, 'run'))
    expect((await run.weights('last')).size).toBeGreaterThan(0)
    expect(readdirSync(other)).toEqual([])
  })

  test('may give one AbortSignal to many trainings without a warning of a leak', async () => {
    const { signal } = new AbortController()
    const warnings: Error[] = []
    const listen = (warning: Error) => warnings.push(warning)
    process.on('warning', listen)
    const config = { ...smallExperiment, epochs: 1, learningRate: constant(0.1) }
    await Promise.all(Array.from({ length: 12 }, () => train(config, { folder: newFolder(), signal })))
    await setTimeout(1)
    process.off('warning', listen)
    expect(warnings).toEqual([])
  })
})

test('a folder that vanishes is named', async () => {
  const folder = newFolder()
  const message = await failure(() =>
    train(smallExperiment, { folder, onEpochEnd: () => rmSync(folder, { recursive: true }) }),
  )
  expect(message).toContain(`WRITE_FAILED: ${folder}`)
  expect(message).toContain('could not be written: ')
})
