import { describe, expect, test } from 'vitest'
import type { EpochProgress } from '../../src/native/contract.js'
import { createTrainer } from '../../src/native/load.js'
import { failure } from '../support/failure.js'
import {
  endless,
  epochRequest,
  smallSpec,
  smallTrainer,
  tensor,
  trainEpoch,
  weightsByName,
  type SmallEpoch,
} from './support/small-trainer.js'
import { sameBits } from './support/vectors.js'

describe('an epoch refuses', () => {
  const request = { order: Int32Array.of(0, 1, 2), batchSize: 2 }
  test.each<[string, SmallEpoch, string]>([
    [
      'no examples',
      { order: new Int32Array(0), rates: new Float64Array(0) },
      'order: expected at least one example, found none',
    ],
    ['an index beyond the data', { order: Int32Array.of(0, 21) }, 'order: index 21 is not in 0 … 20'],
    ['a negative index', { order: Int32Array.of(-1) }, 'order: index -1 is not in 0 … 20'],
    ['a batch of 0', { batchSizes: Int32Array.of(3, 0) }, 'batchSizes: step 1: expected at least 1 image, found 0'],
    [
      'a batch of less than 0',
      { batchSizes: Int32Array.of(4, -1) },
      'batchSizes: step 1: expected at least 1 image, found -1',
    ],
    [
      'batches that leave an image',
      { batchSizes: Int32Array.of(1, 1) },
      'batchSizes: expected 3 images in all, the length of order, found 2',
    ],
    [
      'batches beyond the images',
      { batchSizes: Int32Array.of(2, 2 ** 31 - 1) },
      'batchSizes: expected 3 images in all, the length of order, found 2147483649',
    ],
    [
      'batch sizes that are not an Int32Array',
      { batchSizes: [2, 1] as unknown as Int32Array },
      'batchSizes: expected an Int32Array, found an array',
    ],
    ['a negative key', { augmentationKey: -1 }, 'augmentationKey: expected an integer of at least 0, found -1'],
    [
      'a key of more than 32 bits',
      { augmentationKey: 2 ** 32 },
      'augmentationKey: expected an integer of at most 4294967295, found 4294967296',
    ],
    [
      'a table of rates of another size',
      { rates: new Float64Array(3) },
      'rates: expected 2 steps × 2 layers = 4 rates, found 3',
    ],
    [
      'a rate that is not a number',
      { rates: Float64Array.of(0.1, 0.1, 0.1, NaN) },
      'rates: step 1, layer 1: expected a rate of at least 0, found nan',
    ],
    [
      'an infinite rate',
      { rates: Float64Array.of(0.1, Infinity, 0.1, 0.1) },
      'rates: step 0, layer 1: expected a rate of at least 0, found inf',
    ],
    [
      'a negative rate',
      { rates: Float64Array.of(0.1, 0.1, -0.5, 0.1) },
      'rates: step 1, layer 0: expected a rate of at least 0, found -0.5',
    ],
    [
      'rates that are not a Float64Array',
      { rates: Float32Array.of(1, 1, 1, 1) as unknown as Float64Array },
      'rates: expected a Float64Array, found a Float32Array',
    ],
  ])('%s', async (_, wrong, message) => {
    const trainer = await smallTrainer()
    const before = await trainer.weights()
    expect(await failure(() => trainEpoch(trainer, { ...request, ...wrong }))).toContain(`INVALID_CONFIG: ${message}`)
    expect(await trainer.weights()).toEqual(before)
  })
})

describe('an evaluation refuses', () => {
  test('an unknown split', async () => {
    const trainer = await smallTrainer()
    const message = await failure(() => trainer.evaluate('tests' as 'test', 10))
    expect(message).toBe('INVALID_CONFIG: split: expected train, validation or test, found tests')
  })

  test('a validation of no images', async () => {
    const trainer = await smallTrainer()
    const message = await failure(() => trainer.evaluate('validation', 10))
    expect(message).toBe('INVALID_CONFIG: split: there are no validation images to evaluate')
  })

  test.each([
    [0, 'at least 1, found 0'],
    [2 ** 63, 'at most 9007199254740991, found 9223372036854776000'],
  ])('batches of %d', async (batchSize, problem) => {
    const trainer = await smallTrainer()
    const message = await failure(() => trainer.evaluate('test', batchSize))
    expect(message).toBe(`INVALID_CONFIG: batchSize: expected an integer of ${problem}`)
  })
})

describe('progress', () => {
  test('comes while the epoch runs, about ten times a second', async () => {
    const trainer = await smallTrainer()
    const begin = performance.now()
    const seen: EpochProgress[] = []
    const running = trainEpoch(trainer, endless, (progress) => {
      seen.push(progress)
      if (seen.length === 4) trainer.stop()
    })
    const { steps, status } = await running
    expect(status).toBe('interrupted')
    const stepsSeen = seen.map(({ step }) => step)
    expect(stepsSeen).toEqual([...new Set(stepsSeen)].sort((a, b) => a - b))
    expect(stepsSeen.at(-1)).toBeLessThanOrEqual(steps)
    expect(performance.now() - begin).toBeGreaterThan(390)
    for (const progress of seen) {
      expect(progress.steps).toBe(1_000_000)
      expect(progress.loss).toBeGreaterThan(0)
      expect(progress.accuracy).toBeGreaterThanOrEqual(0)
      expect(progress.accuracy).toBeLessThanOrEqual(1)
    }
  })

  test('that throws ends the epoch, which rejects with what was thrown', async () => {
    const trainer = await smallTrainer()
    const thrown = new RangeError('mine')
    let calls = 0
    const running = trainEpoch(trainer, endless, () => {
      calls += 1
      throw thrown
    })
    await expect(running).rejects.toBe(thrown)
    expect(calls).toBe(1)
    expect((await trainEpoch(trainer)).status).toBe('finished')
  })
})

describe('stop()', () => {
  test('ends the running epoch after its current step', async () => {
    const trainer = await smallTrainer()
    const { status, steps, losses, loss, records } = await trainEpoch(trainer, { ...endless, recorded: true }, () =>
      trainer.stop(),
    )
    expect(status).toBe('interrupted')
    expect(steps).toBeGreaterThan(0)
    expect(steps).toBeLessThan(1_000_000)
    expect(losses).toHaveLength(steps)
    expect(records.norm).toHaveLength(2 * steps)
    expect(loss).toBeCloseTo(losses.reduce((sum, x) => sum + x) / steps, 10)
  })

  test('ends epochs that are still waiting before their first step', async () => {
    const trainer = await smallTrainer()
    const [running, waiting] = [trainEpoch(trainer, endless), trainEpoch(trainer, endless)]
    trainer.stop()
    expect((await running).status).toBe('interrupted')
    expect(await waiting).toMatchObject({ status: 'interrupted', steps: 0 })
  })

  test('ends an evaluation', async () => {
    const trainer = await smallTrainer()
    const training = trainEpoch(trainer, endless)
    const evaluation = trainer.evaluate('test', 1)
    trainer.stop()
    await training
    expect(await failure(() => evaluation)).toBe('INTERRUPTED: the evaluation was stopped')
  })

  test('does not reach calls made later, and harms nothing when nothing runs', async () => {
    const trainer = await smallTrainer()
    trainer.stop()
    trainer.stop()
    expect((await trainEpoch(trainer)).status).toBe('finished')
    expect(await trainer.evaluate('test', 10)).toHaveProperty('accuracy')
  })

  test('ends one trainer and not another', async () => {
    const [one, other] = [await smallTrainer(), await smallTrainer()]
    const [stopped, finished] = [trainEpoch(one, endless), trainEpoch(other)]
    one.stop()
    expect([(await stopped).status, (await finished).status]).toEqual(['interrupted', 'finished'])
  })
})

describe('a loss that is not finite', () => {
  test('ends the epoch as diverged, before the update that it would spoil', async () => {
    const trainer = await smallTrainer()
    await trainer.setWeights([tensor('dense1.bias', [4], [NaN, 0, 0, 0])])
    const before = (await weightsByName(trainer)).get('dense0.weight')!
    const { status, steps, losses } = await trainEpoch(trainer)
    expect({ status, steps }).toEqual({ status: 'diverged', steps: 0 })
    expect([...losses]).toEqual([NaN])
    expect(sameBits((await weightsByName(trainer)).get('dense0.weight')!, before)).toBe(true)
  })

  test('may come after some steps, which stay on record', async () => {
    const trainer = await smallTrainer()
    const rates = Float64Array.of(0.1, 0.1, 1e38, 1e38, 1e38, 1e38)
    const { status, steps, losses, records } = await trainEpoch(trainer, { rates, recorded: true })
    expect({ status, steps }).toEqual({ status: 'diverged', steps: 2 })
    expect(losses).toHaveLength(3)
    expect(losses[0]).toBeGreaterThan(0)
    expect(losses[2]).not.toBeGreaterThan(0)
    expect(records.angle).toHaveLength(4)
  })
})

describe('dispose()', () => {
  const disposed = 'DISPOSED: this trainer was disposed'

  test('ends all later calls', async () => {
    const trainer = await smallTrainer()
    trainer.dispose()
    expect(await failure(() => trainEpoch(trainer))).toBe(disposed)
    expect(await failure(() => trainer.evaluate('test', 1))).toBe(disposed)
    expect(await failure(() => trainer.weights())).toBe(disposed)
    expect(await failure(() => trainer.setWeights([]))).toBe(disposed)
    expect(await failure(() => trainer.rotation())).toBe(disposed)
    expect(await failure(() => trainer.probe(Int32Array.of(0), 'train'))).toBe(disposed)
    expect(await failure(() => trainer.timeInput(epochRequest(trainer)))).toBe(disposed)
  })

  test('may be called again, and so may stop()', async () => {
    const trainer = await smallTrainer()
    trainer.dispose()
    trainer.dispose()
    trainer.stop()
    expect(trainer.layerNames).toEqual(['dense0', 'dense1'])
  })

  test('during an epoch ends it after its current step', async () => {
    const trainer = await smallTrainer()
    const { status, steps } = await trainEpoch(trainer, endless, () => trainer.dispose())
    expect(status).toBe('interrupted')
    expect(steps).toBeGreaterThan(0)
  })

  test('lets calls that were made before it end', async () => {
    const trainer = await smallTrainer()
    const [epoch, weights] = [trainEpoch(trainer, endless), trainer.weights()]
    trainer.dispose()
    expect((await epoch).status).toBe('interrupted')
    expect(await weights).toHaveLength(8)
  })

  test('frees the memory: thirty trainers of 75 MB fit one after another', async () => {
    const pixels = 400_000
    const train = { images: new Uint8Array(100 * pixels), labels: new Int32Array(100) }
    const test = { images: new Uint8Array(pixels), labels: new Int32Array(1) }
    const before = process.memoryUsage().rss
    for (let i = 0; i < 30; i++) {
      const trainer = await createTrainer(smallSpec({ inputShape: [pixels], data: { train, test } }))
      trainer.dispose()
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(1e9)
  })
})
