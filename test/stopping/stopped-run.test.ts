import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { synthetic } from '../../src/data/synthetic/synthetic-config.js'
import type { ExperimentInput } from '../../src/experiment/config.js'
import { experiment } from '../../src/experiment/experiment.js'
import { mlp } from '../../src/model/zoo/mlp.js'
import { sgd } from '../../src/optimizer/rules/sgd.js'
import { l2 } from '../../src/regularization/l2.js'
import { weightDecay } from '../../src/regularization/weight-decay.js'
import type { Run } from '../../src/run/open-run.js'
import { constant } from '../../src/schedule/curves/constant.js'
import { train } from '../../src/train/train.js'
import { temporaryFolder } from '../support/temporary-folder.js'

/** Eight epochs of a tiny network; by default one that does not move. */
function trained(change: Partial<ExperimentInput>): Promise<Run> {
  const config = experiment({
    name: 'stopping',
    data: synthetic({ shape: [1, 6, 6], classes: 10, train: 120, test: 30 }),
    model: mlp({ hidden: [8] }),
    optimizer: sgd(),
    learningRate: constant(1e-30),
    epochs: 8,
    batchSize: 20,
    device: 'cpu',
    ...change,
  })
  return train(config, { folder: join(temporaryFolder(), 'run') })
}

/** Expects that the run ended well, early and with its reason. */
async function expectStop(run: Run, epochs: number, reason: string): Promise<void> {
  expect(run.metrics.map(({ epoch }) => epoch)).toEqual(Array.from({ length: epochs }, (_, i) => i + 1))
  expect(run.status).toMatchObject({ status: 'finished', epoch: epochs })
  expect(run.status.reason).toContain(reason)
  expect(readFileSync(join(run.folder, 'run.log'), 'utf8').trimEnd()).toMatch(
    new RegExp(` finished after ${epochs} of 8 epochs: .*${reason}.*$`),
  )
  expect((await run.weights('last')).size).toBe(4)
}

describe('a run ends before its last epoch', () => {
  test('where it does not work', async () => {
    const run = await trained({ stopping: { notWorking: { epoch: 2, accuracy: 0.99 } } })
    await expectStop(run, 3, 'stopping.notWorking')
  })

  test('where there is nothing left to learn', async () => {
    const data = synthetic({ shape: [1, 12, 12], classes: 10, train: 500, test: 30 })
    const run = await trained({ data, learningRate: constant(0.1), stopping: { finished: { loss: 0.5 } } })
    const losses = run.metrics.map(({ trainLoss }) => trainLoss)
    await expectStop(run, losses.length, 'stopping.finished')
    expect(losses.length).toBeLessThan(8)
    expect(losses.slice(0, -1).every((loss) => loss > 0.5)).toBe(true)
    expect(losses.at(-1)).toBeLessThanOrEqual(0.5)
  })

  test('where the loss does not change by a bit', async () => {
    // The losses of two images have the same sum in either order.
    const data = synthetic({ shape: [1, 6, 6], classes: 10, train: 2, test: 2 })
    const run = await trained({ data, batchSize: 2, stopping: { converged: {} } })
    await expectStop(run, 4, 'stopping.converged')
    expect(new Set(run.metrics.map(({ trainLoss }) => trainLoss)).size).toBe(1)
  })

  test('where the validation accuracy no longer rises', async () => {
    const run = await trained({ validation: { share: 0.25 }, stopping: { early: { patience: 2 } } })
    await expectStop(run, 3, 'stopping.early')
    expect(run.best?.epoch).toBe(1)
    expect((await run.weights('best')).size).toBe(4)
  })
})

test('a rule that becomes true after the last epoch is not the reason for its end', async () => {
  const run = await trained({ epochs: 2, stopping: { notWorking: { epoch: 1, accuracy: 1 } } })
  expect(run.metrics).toHaveLength(2)
  expect(run.status).not.toHaveProperty('reason')
})

describe('finished compares the loss', () => {
  const stopping = { finished: { loss: 5 } }
  const epochs = async (change: Partial<ExperimentInput>) =>
    (await trained({ stopping, epochs: 2, ...change })).metrics.length

  test("with Keras's penalty, w·ΣW² of the layers", async () => {
    const run = await trained({ epochs: 1 })
    const weights = await run.weights('last')
    const squares = ['dense0', 'dense1'].map((name) => Math.hypot(...weights.get(`${name}.weight`)!.data) ** 2)
    const loss = run.metrics[0]!.trainLoss
    const factor = (5 - loss) / (squares[0]! + squares[1]!)
    expect(await epochs({ regularization: l2(factor * 0.9999) })).toBe(1)
    expect(await epochs({ regularization: l2(factor * 1.0001) })).toBe(2)
    expect(await epochs({ regularization: l2(factor * 1.0001, { except: ['dense1'] }) })).toBe(1)
  })

  test("without PyTorch's weight decay", async () => {
    expect(await epochs({ regularization: weightDecay(100) })).toBe(1)
  })
})
