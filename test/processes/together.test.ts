import { readdirSync } from 'node:fs'
import { describe, expect, test, vi } from 'vitest'
import type { ExperimentConfig } from '../../src/experiment/config.js'
import { experiment } from '../../src/experiment/experiment.js'
import type { Weights } from '../../src/weights/weights.js'
import { commandLine } from '../cli/command-line.js'
import { measured } from '../train/killed-run.js'
import { folderWith, lastWeights, processesExperiment } from './processes-experiment.js'
import { distance, expectNumbersOfOneProcess, trained, words } from './trained-together.js'

// Each test starts several programs of several processes.
vi.setConfig({ testTimeout: 300_000 })

test('2 processes reach the numbers of one to rounding over 50 steps, and the same bits each time', async () => {
  const run = await trained(processesExperiment, 2)
  await expectNumbersOfOneProcess(run)
  expect(measured((await trained(processesExperiment, 2)).folder)).toEqual(measured(run.folder))
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
