import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, test, vi } from 'vitest'
import type { ExperimentConfig } from '../../src/experiment/config.js'
import { experiment } from '../../src/experiment/experiment.js'
import type { TrainedRun } from '../../src/run/open-run.js'
import type { Weights } from '../../src/weights/weights.js'
import { commandLine, start } from '../cli/command-line.js'
import { measured } from '../train/killed-run.js'
import {
  expectWholeRun,
  folderWith,
  lastWeights,
  longExperiment,
  onlyRun,
  processesExperiment,
  untilEpoch,
} from './processes-experiment.js'

// Each test starts several programs of several processes.
vi.setConfig({ testTimeout: 300_000 })

/** The command line of a run in the folder of folderWith(). */
const words = ['run', 'mine.json']

async function trained(config: ExperimentConfig, processes: number): Promise<TrainedRun> {
  const cwd = folderWith(config)
  const outcome = await commandLine([...words, '--processes', String(processes)], { cwd })
  expect(outcome).toMatchObject({ code: 0, stderr: '' })
  return onlyRun(cwd)
}

/** The largest difference of two runs' weights, in units of each tensor's largest number. */
function distance(weights: Weights, others: Weights): number {
  expect([...weights.keys()]).toEqual([...others.keys()])
  return Math.max(
    ...[...weights].map(([name, { data }]) => {
      const other = others.get(name)!.data
      const largest = Math.max(...data.map(Math.abs), 1e-3)
      return Math.max(...data.map((value, i) => Math.abs(value - other[i]!))) / largest
    }),
  )
}

describe('2 and 4 processes', () => {
  test('reach the numbers of one process to rounding over 50 steps', async () => {
    const one = await trained(processesExperiment, 1)
    for (const processes of [2, 4]) {
      const run = await trained(processesExperiment, processes)
      expect(run.environment.processes).toBe(processes)
      expect(run.config).toEqual(one.config)
      expect(distance(await lastWeights(run), await lastWeights(one))).toBeLessThan(1e-4)
      expect(run.metrics.map(({ trainAccuracy }) => trainAccuracy)).toEqual(
        one.metrics.map(({ trainAccuracy }) => trainAccuracy),
      )
      for (const [epoch, metrics] of run.metrics.entries()) {
        for (const column of ['trainLoss', 'testLoss', 'averageTestLoss', 'testAccuracy'] as const) {
          expect(metrics[column], `${column} of epoch ${epoch}`).toBeCloseTo(one.metrics[epoch]![column]!, 4)
        }
      }
    }
  })

  test('mix the images of a whole batch, whichever processes they are in', async () => {
    const mixed: ExperimentConfig = {
      ...processesExperiment,
      augmentation: { ...processesExperiment.augmentation, mixing: { mixup: 0.4, cutmix: 1, probability: 1 } },
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

  test('give the same bits each time', async () => {
    const run = await trained(processesExperiment, 2)
    expect(measured((await trained(processesExperiment, 2)).folder)).toEqual(measured(run.folder))
  })
})

// Without dropout, whose masks follow the place of an image in its part.
test('batch norm is local: 2 processes train as one whose batches go through the network in 2 parts', async () => {
  const others = processesExperiment.model.layers.filter(({ type }) => type !== 'dropout')
  const config = experiment({
    ...processesExperiment,
    data: { type: 'synthetic', shape: [3, 8, 8], classes: 10, train: 400, test: 100 },
    model: { type: 'network', layers: [{ type: 'batchNorm', name: 'norm' }, ...others] },
  })
  const two = await lastWeights(await trained(config, 2))
  const inParts = await lastWeights(await trained({ ...config, accumulation: 2 }, 1))
  const isStatistic = (name: string) => name.includes('running_')
  const parameters = (weights: Weights) => new Map([...weights].filter(([name]) => !isStatistic(name)))
  expect(distance(parameters(two), parameters(inParts))).toBeLessThan(1e-4)
  // One process moves them twice a step, two processes once, by the mean of theirs.
  expect([...two.keys()].filter(isStatistic)).toHaveLength(2)
})

/** The processes that rank 0 has started, by rank. */
function otherPids(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number)
}

/** Does something to a run of 2 processes after its third epoch, resumes it, and expects the numbers of a whole run. */
async function interruptedRun(act: (rank1: number) => void, options: string[] = []) {
  const cwd = folderWith(longExperiment)
  const { child, ended } = start([...words, '--processes', '2', ...options], { cwd })
  await untilEpoch(cwd, 3)
  act(otherPids(child.pid!)[0]!)
  const begin = performance.now()
  const { code, stderr } = await ended
  const seconds = (performance.now() - begin) / 1000
  const { status } = await onlyRun(cwd)
  const resumed = await commandLine([...words, '--resume', 'auto', '--processes', '2'], { cwd })
  expect(resumed).toMatchObject({ code: 0, stderr: '' })
  await expectWholeRun(cwd)
  return { code, stderr, seconds, status }
}

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

test('when rank 0 is killed, the others end and name it', async () => {
  const cwd = folderWith(longExperiment)
  const { child, ended } = start([...words, '--processes', '2'], { cwd })
  await untilEpoch(cwd, 1)
  child.kill('SIGKILL')
  const { stderr } = await ended // closes once rank 1, which has its standard error, has ended
  expect(stderr).toMatch(/^error of rank 1: rank 0 of 2 \(\S+, process \d+\) has ended/m)
})

describe('wrong use is refused before anything is written:', () => {
  const refused = async (config: ExperimentConfig, options: string[], env: NodeJS.ProcessEnv = {}) => {
    const cwd = folderWith(config)
    const outcome = await commandLine([...words, ...options], { cwd, env })
    expect(outcome.code).toBe(2)
    expect(readdirSync(cwd)).toEqual(['mine.json'])
    return outcome.stderr
  }

  test('a batch with fewer images than processes', async () => {
    const stderr = await refused({ ...processesExperiment, batchSize: 2 }, ['--processes', '3'])
    expect(stderr).toContain('batchSize is 2; expected at least 3')
  })

  test('another number than torchrun started', async () => {
    const env = { WORLD_SIZE: '2', RANK: '0', MASTER_ADDR: '127.0.0.1', MASTER_PORT: '1' }
    expect(await refused(processesExperiment, ['--processes', '3'], env)).toContain('leave --processes out')
  })

  test('a number that is none', async () => {
    expect(await refused(processesExperiment, ['--processes', 'two'])).toContain('--processes is "two"; expected')
  })

  test('slurm without srun', async () => {
    expect(await refused(processesExperiment, ['--processes', 'slurm'])).toContain('goes with srun')
  })
})
