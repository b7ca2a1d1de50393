import { setTimeout } from 'node:timers/promises'
import { describe, expect, test, vi } from 'vitest'
import type { ExperimentConfig } from '../../src/experiment/config.js'
import { processStat } from '../../src/lock/process-stat.js'
import { start } from '../cli/command-line.js'
import { folderWith, lastWeights, longExperiment, processesExperiment, untilEpoch } from './processes-experiment.js'
import { distance, expectNumbersOfOneProcess, interruptedRun, otherPids, trained, words } from './trained-together.js'

// More processes, and more of what can happen to them, than in together.test.ts.
vi.setConfig({ testTimeout: 300_000 })

test('4 processes reach the numbers of one to rounding over 50 steps', async () => {
  const run = await trained(processesExperiment, 4)
  expect(run.environment.processes).toBe(4)
  await expectNumbersOfOneProcess(run)
})

test('2 processes change and mix the images of a whole batch, whichever processes they are in', async () => {
  const mixed: ExperimentConfig = {
    ...processesExperiment,
    augmentation: {
      ...processesExperiment.augmentation,
      randAugment: { operations: 2, magnitude: 9 },
      randomErasing: { probability: 0.5, scale: [0.02, 0.33], ratio: [0.3, 3.3] },
      mixing: { mixup: 0.4, cutmix: 1, probability: 1 },
    },
    epochs: 2,
  }
  const one = await trained(mixed, 1)
  const two = await trained(mixed, 2)
  expect(distance(await lastWeights(two), await lastWeights(one))).toBeLessThan(1e-4)
  for (const [epoch, { trainLoss, trainAccuracy }] of two.metrics.entries()) {
    expect(trainLoss).toBeCloseTo(one.metrics[epoch]!.trainLoss, 4)
    expect(trainAccuracy).toBeCloseTo(one.metrics[epoch]!.trainAccuracy, 6)
  }
})

describe('when a process', () => {
  test('gets SIGUSR1, all stop after the same step with a checkpoint', async () => {
    const { code, status } = await interruptedRun((rank1) => process.kill(rank1, 'SIGUSR1'))
    expect(code).toBe(138)
    expect(status).toMatchObject({ status: 'interrupted', lastCheckpoint: { epoch: expect.any(Number) as number } })
  })

  test('is killed, the others end at once, name it, and leave a checkpoint', async () => {
    const { code, stderr, seconds, status } = await interruptedRun((rank1) => process.kill(rank1, 'SIGKILL'))
    expect(code).toBe(75)
    expect(stderr).toMatch(
      /^error: rank 1 of 2 \(\S+, process \d+\) has ended or does not answer\. Its newest checkpoint is after/m,
    )
    expect(seconds).toBeLessThan(30)
    expect(status).toMatchObject({ status: 'failed', lastCheckpoint: { epoch: expect.any(Number) as number } })
  })

  test('hangs, the others end after the timeout and name it', async () => {
    let hung = 0
    const act = (rank1: number) => {
      hung = rank1
      process.kill(rank1, 'SIGSTOP')
    }
    const { code, stderr } = await interruptedRun(act, ['--process-timeout', '3'])
    expect(code).toBe(75)
    expect(stderr).toContain('rank 1 of 2')
    expect(() => process.kill(hung, 0)).toThrow() // rank 0 has ended it
  })
})

describe('when rank 0', () => {
  test('is killed, the others end and name it in one line', async () => {
    const cwd = folderWith(longExperiment)
    const { child, ended } = start([...words, '--processes', '2'], { cwd })
    await untilEpoch(cwd, 1)
    child.kill('SIGKILL')
    const { stderr } = await ended // closes once rank 1, which has its standard error, has ended
    expect(stderr).toMatch(/^error of rank 1: rank 0 of 2 \(\S+, process \d+\) has ended.*\n$/)
  })

  test('hangs, and with it the store, the others end after the timeout and name it', async () => {
    const cwd = folderWith(longExperiment)
    const { child, ended } = start([...words, '--processes', '3', '--process-timeout', '3'], { cwd })
    await untilEpoch(cwd, 1)
    const others = otherPids(child.pid!)
    child.kill('SIGSTOP')
    await vi.waitUntil(() => others.every((pid) => !isRunning(pid)), 60_000)
    child.kill('SIGKILL')
    const { stderr } = await ended
    expect(stderr).toMatch(/^error of rank 1: rank 0 of 3 \(\S+, process \d+\) does not answer$/m)
    expect(stderr).toMatch(/^error of rank 2: rank 0 of 3 \(\S+, process \d+\) does not answer$/m)
  })
})

// Rank 1 needs about a second until it asks for the store, and rank 0 until it has one.
describe.each([0, 500, 1000, 2000])('%i ms after rank 1 began', (delay) => {
  test.each<[NodeJS.Signals, 'rank 0' | 'rank 1' | 'all']>([
    ['SIGKILL', 'rank 0'],
    ['SIGKILL', 'rank 1'],
    ['SIGINT', 'all'],
    ['SIGTERM', 'rank 0'],
  ])('%s to %s ends all', async (signal, target) => {
    const cwd = folderWith(longExperiment)
    const { child, ended } = start([...words, '--processes', '2'], { cwd, ownSession: true })
    const rank0 = child.pid!
    await vi.waitUntil(() => otherPids(rank0).length > 0, 60_000)
    await setTimeout(delay)
    process.kill({ 'rank 0': rank0, 'rank 1': otherPids(rank0)[0]!, all: -rank0 }[target], signal)
    const begin = performance.now()
    await ended
    expect(performance.now() - begin).toBeLessThan(20_000)
  })
})

/** Tells whether a process runs; one that nobody has waited for does not. */
function isRunning(pid: number): boolean {
  return processStat(pid)?.isRunning ?? false
}
