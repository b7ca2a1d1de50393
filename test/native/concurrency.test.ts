import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { describe, expect, test } from 'vitest'
import { failure } from '../support/failure.js'
import { moduleAddress, program } from './support/program.js'
import { endless, smallTrainer, trainEpoch } from './support/small-trainer.js'
import * as compiled from './support/training.mjs'

const fewSteps = { order: new Int32Array(500).map((_, i) => i % 21), batchSize: 1 }

/** A trainer's weights after 500 steps from a seed of its own. */
async function trained(seed: number) {
  const trainer = await smallTrainer({ seed })
  await trainEpoch(trainer, fewSteps)
  return trainer.weights()
}

/** Posts the losses of 500 steps. */
const training = `
const trainer = await smallTrainer()
parentPort.postMessage((await train(trainer, { steps: 500 })).losses)`

/** Says when an epoch of many seconds runs. */
const longTraining = `
const trainer = await smallTrainer()
await train(trainer, { onProgress: () => parentPort.postMessage('running') })`

const start = (body: string) => new Worker(moduleAddress(body))
/** The first value that comes with an event. */
const next = async (worker: Worker, event: string) => ((await once(worker, event)) as unknown[])[0]

/** The losses of the same 500 steps on this thread. */
async function lossesHere(): Promise<Float64Array> {
  const trainer = await compiled.smallTrainer()
  const { losses } = await compiled.train(trainer, { steps: 500 })
  trainer.dispose()
  return losses
}

test('trainers that work at once come out the same as one after the other', async () => {
  const alone = [await trained(1), await trained(2), await trained(3)]
  expect(await Promise.all([trained(1), trained(2), trained(3)])).toEqual(alone)
})

test('calls to one trainer run in their order', async () => {
  const trainer = await smallTrainer()
  const before = await trainer.weights()
  const [first, epoch, second] = await Promise.all([trainer.weights(), trainEpoch(trainer), trainer.weights()])
  expect(first).toEqual(before)
  expect(epoch.status).toBe('finished')
  expect(second).not.toEqual(before)
})

test('two callers that train one trainer at once get one epoch after the other', async () => {
  const [together, apart] = [await smallTrainer(), await smallTrainer()]
  const epochs = await Promise.all([trainEpoch(together, fewSteps), trainEpoch(together, fewSteps)])
  expect(epochs).toEqual([await trainEpoch(apart, fewSteps), await trainEpoch(apart, fewSteps)])
  expect(await together.weights()).toEqual(await apart.weights())
})

test('of two callers, one may dispose while the other trains', async () => {
  const trainer = await smallTrainer()
  const epoch = trainEpoch(trainer, endless)
  trainer.dispose()
  trainer.dispose()
  expect((await epoch).status).toBe('interrupted')
  expect(await failure(() => trainer.weights())).toBe('DISPOSED: this trainer was disposed')
})

test('a trainer cannot be given to another thread', async () => {
  const trainer = await smallTrainer()
  expect(() => structuredClone(trainer)).toThrow(/could not be cloned/)
})

describe('the event loop', () => {
  test('stays free during an epoch: a timer of 10 ms fires within 50 ms', async () => {
    const trainer = await smallTrainer()
    const gaps: number[] = []
    let last = performance.now()
    const timer = setInterval(() => {
      const now = performance.now()
      gaps.push(now - last)
      last = now
      if (gaps.length === 100) trainer.stop()
    }, 10)
    const { status } = await trainEpoch(trainer, endless)
    clearInterval(timer)
    expect(status).toBe('interrupted')
    // Nine of ten: on a busy machine the operating system itself may let this thread wait now and then.
    const ninth = gaps.sort((a, b) => a - b)[Math.floor(0.9 * gaps.length)]
    expect(ninth).toBeLessThan(50)
  })

  test('stays free while a large step runs', async () => {
    const trainer = await smallTrainer()
    let ticks = 0
    const timer = setInterval(() => (ticks += 1), 10)
    const begin = performance.now()
    // One step on half a million examples.
    await trainEpoch(trainer, { order: new Int32Array(500_000), batchSize: 500_000 })
    const milliseconds = performance.now() - begin
    clearInterval(timer)
    expect(ticks + 1).toBeGreaterThan(milliseconds / 50) // it may take less than a tick
  })
})

test('the default number of threads is that of the process, whatever a trainer before had', async () => {
  const trainings = [1, 0].map(
    (threads) => `await train(await smallTrainer({ change: { threads: ${threads} } }), { steps: 3 })`,
  )
  const count = 'console.log((await info()).threads)'
  const { stdout } = await program(count)
  expect(Number(stdout)).toBeGreaterThanOrEqual(1)
  expect(await program([...trainings, count].join('; '))).toMatchObject({ code: 0, stdout })
})

describe('worker threads', () => {
  test('train while the main thread does, with the same results', async () => {
    const expected = await lossesHere()
    const workers = [start(training), start(training)]
    const results = await Promise.all([lossesHere(), ...workers.map((worker) => next(worker, 'message'))])
    expect(results).toEqual([expected, expected, expected])
  })

  test('may come and go', async () => {
    const expected = await lossesHere()
    for (let i = 0; i < 4; i++) {
      const worker = start(training)
      const [losses, code] = await Promise.all([next(worker, 'message'), next(worker, 'exit')])
      expect(losses).toEqual(expected)
      expect(code).toBe(0)
    }
  })

  test('may be terminated in the middle of an epoch', async () => {
    const expected = await lossesHere()
    for (let i = 0; i < 4; i++) {
      const worker = start(longTraining)
      await next(worker, 'message')
      expect(await worker.terminate()).toBe(1)
      expect(await lossesHere()).toEqual(expected)
    }
  })

  test('that are terminated do not disturb a training on the main thread', async () => {
    const trainer = await smallTrainer({ seed: 1 })
    const worker = start(longTraining)
    await next(worker, 'message')
    const here = trainEpoch(trainer, fewSteps)
    await worker.terminate()
    expect((await here).status).toBe('finished')
    expect(await trainer.weights()).toEqual(await trained(1))
  })
})
