import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { LayerRotationError } from '../../src/errors.js'
import { constant, layerMultipliers, warmup } from '../../src/index.js'
import { streamKey } from '../../src/random.js'
import { lockRun } from '../../src/run/lock.js'
import type { EpochEnd } from '../../src/train/events.js'
import { splitForValidation } from '../../src/train/validation-split.js'
import { loadWeights } from '../../src/weights/weights.js'
import { failure } from '../support/failure.js'
import type { Scores } from './fake-trainer.js'
import { fakeTraining } from './fake-training.js'
import { smallExperiment } from './small-experiment.js'

const bestFile = (path: string): string => join(path, 'checkpoints', 'best', 'model.safetensors')

describe('with a validation split', () => {
  const accuracies = [0.5, 0.7, 0.7, 0.6, 0.8, 0.8]
  const scores: Scores = (split, epoch) =>
    split === 'validation'
      ? { loss: 1 / epoch, accuracy: accuracies[epoch - 1]!, top5Accuracy: 0.9 }
      : { loss: 2 / epoch, accuracy: 0.1 * epoch, top5Accuracy: 0.2 }
  const config = { epochs: accuracies.length, validation: { share: 0.1 } }

  test('the weights after the first epoch with the largest validation accuracy are kept', async () => {
    const ends: EpochEnd[] = []
    const kept: number[] = []
    const { run, training, path } = await fakeTraining(config, scores, {
      onEpochEnd: (end) => {
        ends.push(end)
        const weights = readFileSync(bestFile(path))
        kept.push(weights.readFloatLE(weights.length - 4))
      },
    })
    await training.run()
    expect(ends.map(({ isBest }) => isBest)).toEqual([true, true, false, false, true, false])
    expect(kept).toEqual([1, 2, 2, 2, 5, 5])

    const finished = await run()
    const { best, status, metrics } = finished
    expect(best).toEqual(metrics[4])
    expect(best?.testAccuracy).toBe(0.5)
    expect(status).toMatchObject({ status: 'finished', bestEpoch: 5 })
    expect((await finished.weights('best')).get('dense0.weight')!.data).toEqual(Float32Array.of(5))
    expect((await finished.weights('last')).get('dense0.weight')!.data).toEqual(Float32Array.of(6))
  })

  test('both splits are evaluated after each epoch and recorded', async () => {
    const ends: EpochEnd[] = []
    const { run, training, trainer } = await fakeTraining({ ...config, epochs: 2 }, scores, {
      onEpochEnd: (end) => ends.push(end),
    })
    await training.run()
    expect(trainer.evaluations.map(([split]) => split)).toEqual(['validation', 'test', 'validation', 'test'])
    const { metrics, folder } = await run()
    expect(metrics[1]).toMatchObject({
      valLoss: 0.5,
      valAccuracy: 0.7,
      valTop5Accuracy: 0.9,
      testLoss: 1,
      testAccuracy: 0.2,
      testTop5Accuracy: 0.2,
    })
    expect(ends[1]!.validation).toEqual({ loss: 0.5, accuracy: 0.7, top5Accuracy: 0.9 })
    expect(readFileSync(join(folder, 'run.log'), 'utf8')).toContain(
      'validation loss 0.5 accuracy 70.00 % top-5 90.00 % (best), test loss 1 accuracy 20.00 % top-5 20.00 %',
    )
  })

  test('only the other images train', async () => {
    const { training, trainer } = await fakeTraining({ ...config, epochs: 1 }, scores)
    await training.run()
    const { order, batchSizes } = trainer.requests[0]!
    expect([...batchSizes]).toEqual(Array(9).fill(100))
    expect(new Set(order).size).toBe(900)
    const { validation } = splitForValidation(1000, config.validation, smallExperiment.seed)
    expect(order.filter((i) => validation.includes(i))).toHaveLength(0)
  })

  test('a validation loss that is not finite ends the training', async () => {
    const { run, training } = await fakeTraining(config, (split) => (split === 'validation' ? { loss: NaN } : {}))
    expect(await failure(() => training.run())).toContain(
      'DIVERGED: the validation loss became NaN in epoch 1, with a learning rate of 0.1; try a smaller',
    )
    expect((await run()).metrics).toEqual([])
  })

  test('weights that are not finite end the training, though every loss is, and make no checkpoint', async () => {
    const checkpoint = { everyEpochs: 1, everyMinutes: null, keep: 1 }
    const { run, path, training, trainer } = await fakeTraining({ ...config, checkpoint }, scores)
    const trainEpoch = trainer.trainEpoch.bind(trainer)
    trainer.trainEpoch = async (request) => {
      const result = await trainEpoch(request)
      return trainer.requests.length < 2 ? result : { ...result, status: 'diverged', steps: result.steps - 1 }
    }
    trainer.notFinite = () => Promise.resolve({ tensors: ['dense0.bias', 'dense1.weight'] })
    const message = await failure(() => training.run())
    expect(message).toBe(
      `DIVERGED: dense0.bias and 1 more tensor were not finite in epoch 2 at step 9, though the loss was, with a learning rate of 0.1; try a smaller learningRate. What was measured is in ${path}`,
    )
    const { status, metrics } = await run()
    expect(`DIVERGED: ${status.reason}`).toBe(message)
    expect(status).toMatchObject({ status: 'failed', lastCheckpoint: { epoch: 1, step: 0 } })
    expect(metrics).toHaveLength(1)
  })

  test('a stop between the two evaluations keeps the epoch, without their scores', async () => {
    const controller = new AbortController()
    const { run, training, trainer } = await fakeTraining(config, scores)
    trainer.onEvaluate = () => controller.abort()
    expect(await failure(() => training.run(controller.signal))).toContain('INTERRUPTED: stopped after 1 of 6 epochs')
    const { metrics, best } = await run()
    expect(metrics).toHaveLength(1)
    expect(metrics[0]).toMatchObject({ epoch: 1, trainLoss: 0.5, valLoss: null, valAccuracy: null, testAccuracy: null })
    expect(best).toBeUndefined()
  })
})

describe('a run that another process has taken over', () => {
  const files = (path: string) =>
    readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => [name, readFileSync(join(parentPath, name), 'utf8')])

  test.each([
    ['before an epoch is recorded', undefined, 'RUN_LOCKED'],
    ['when a step fails', new LayerRotationError('OUT_OF_MEMORY', 'no more memory'), 'OUT_OF_MEMORY'],
  ])('is not written to any more %s', async (_, failing, code) => {
    const record = { steps: 1, neurons: false, spectral: false, references: [] }
    const { training, trainer, path } = await fakeTraining({ record }, () => ({}))
    const trainEpoch = trainer.trainEpoch.bind(trainer)
    let left: unknown
    trainer.trainEpoch = async (request) => {
      const result = await trainEpoch(request)
      if (trainer.requests.length < 2) return result
      rmSync(join(path, 'lock'), { recursive: true })
      await lockRun(path)
      left = files(path)
      if (failing) throw failing
      return result
    }
    expect(await failure(() => training.run())).toMatch(new RegExp(`^${code}: `))
    expect(files(path)).toEqual(left)
  })
})

describe('without a validation split', () => {
  test('nothing is validated and nothing called best', async () => {
    const ends: EpochEnd[] = []
    const { run, training, trainer, path } = await fakeTraining({}, () => ({}), { onEpochEnd: (end) => ends.push(end) })
    await training.run()
    expect(trainer.evaluations.map(([split]) => split)).toEqual(['test', 'test', 'test'])
    expect(ends.map(({ validation, isBest }) => [validation, isBest])).toEqual(Array(3).fill([null, false]))
    const { best, status, metrics } = await run()
    expect(best).toBeUndefined()
    expect(status).not.toHaveProperty('bestEpoch')
    expect(metrics[0]).toMatchObject({ valLoss: null, valAccuracy: null, valTop5Accuracy: null })
    expect(existsSync(join(path, 'checkpoints', 'best'))).toBe(false)
    expect(await failure(() => loadWeights(bestFile(path)))).toContain('MISSING_FILE')
  })

  test('of five classes all are among the top five, which is not recorded', async () => {
    const { run, training } = await fakeTraining({}, () => ({ top5Accuracy: 1 }), {}, 5)
    await training.run()
    expect((await run()).metrics[0]!.testTop5Accuracy).toBeNull()
  })
})

describe('an epoch', () => {
  test('has its own order, rates for its steps, and its own key of augmentation', async () => {
    const change = { batches: 'kerasSequence', batchSize: 300, seed: 9 } as const
    const { training, trainer, run } = await fakeTraining(change, () => ({}))
    await training.run()
    for (const [epoch, { batchSizes, order, rates, augmentationKey }] of trainer.requests.entries()) {
      expect(batchSizes).toHaveLength(3)
      expect(order).toHaveLength(batchSizes.reduce((a, b) => a + b))
      // dense0 and dense1 at each step; the rate drops after two epochs.
      expect([...rates]).toEqual(Array(6).fill(epoch < 2 ? 0.1 : 0.1 * 0.2))
      expect(augmentationKey).toBe(streamKey(9, 0x40000000 + epoch))
    }
    expect(trainer.requests.map(({ batchSizes }) => [...batchSizes]).flat()).toContain(100)
    expect((await run()).metrics.map(({ epoch }) => epoch)).toEqual([1, 2, 3])
  })

  test('has the rates of its layers step by step; what is reported is the rate of the schedule alone', async () => {
    const learningRate = warmup(constant(1), { epochs: 2 })
    const change = { learningRate, multipliers: layerMultipliers({ dense0: 0.5 }), epochs: 3, batchSize: 500 }
    const ends: EpochEnd[] = []
    const { training, trainer, run } = await fakeTraining(change, () => ({}), { onEpochEnd: (end) => ends.push(end) })
    await training.run()
    const steps = [0.1, 0.325, 0.55, 0.775, 1, 1]
    const rates = trainer.requests.flatMap((request) => [...request.rates])
    const near = (rate: number) => expect.closeTo(rate, 12) as number
    expect(rates).toEqual(steps.flatMap((rate) => [near(rate / 2), near(rate)]))
    const last = [0.325, 0.775, 1].map(near)
    expect((await run()).metrics.map(({ learningRate }) => learningRate)).toEqual(last)
    expect(ends.map(({ learningRate }) => learningRate)).toEqual(last)
  })

  test.each([
    [2, 128],
    [300, 300],
    [1000, 1000],
  ])('of batches of %i is evaluated in batches of %i', async (batchSize, evaluated) => {
    const { training, trainer } = await fakeTraining({ batchSize, epochs: 1 }, () => ({}))
    await training.run()
    expect(trainer.evaluations).toEqual([['test', evaluated]])
  })

  test('that warns has the warning in the log and in the status', async () => {
    const { run, training, path } = await fakeTraining(
      { epochs: 3 },
      () => ({}),
      {},
      10,
      (epoch) => (epoch === 2 ? { warnings: ['slow'] } : {}),
    )
    await training.run()
    expect((await run()).status).toMatchObject({ status: 'finished', warnings: ['slow'] })
    expect(readFileSync(join(path, 'run.log'), 'utf8')).toContain(' warning: slow\n')
  })

  test('is named in the log with precision, memory format and loss', async () => {
    const { training, path } = await fakeTraining(
      { precision: 'bf16', loss: { type: 'kerasCrossEntropy' } },
      () => ({}),
    )
    await training.run()
    expect(readFileSync(join(path, 'run.log'), 'utf8')).toContain(
      "small on cpu in bf16 channelsLast: 3 epochs of 10 steps, 2 parameters, Keras's clipped cross-entropy",
    )
  })
})
