import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import type { ExperimentConfig } from '../../src/experiment/config.js'
import type { TrainedRun } from '../../src/run/open-run.js'
import type { Weights } from '../../src/weights/weights.js'
import { commandLine, start } from '../cli/command-line.js'
import {
  expectWholeRun,
  folderWith,
  lastWeights,
  longExperiment,
  onlyRun,
  processesExperiment,
  untilEpoch,
} from './processes-experiment.js'

/** The command line of a run in the folder of folderWith(). */
export const words = ['run', 'mine.json']

/** Trains by the command line. */
export async function trained(config: ExperimentConfig, processes: number): Promise<TrainedRun> {
  const cwd = folderWith(config)
  const outcome = await commandLine([...words, '--processes', String(processes)], { cwd })
  expect(outcome).toMatchObject({ code: 0, stderr: '' })
  return onlyRun(cwd)
}

/** The largest difference of two runs' weights, in units of each tensor's largest number. */
export function distance(weights: Weights, others: Weights): number {
  expect([...weights.keys()]).toEqual([...others.keys()])
  return Math.max(
    ...[...weights].map(([name, { data }]) => {
      const other = others.get(name)!.data
      const largest = Math.max(...data.map(Math.abs), 1e-3)
      return Math.max(...data.map((value, i) => Math.abs(value - other[i]!))) / largest
    }),
  )
}

let alone: Promise<TrainedRun> | undefined

/** Expects a run of processesExperiment to have the numbers of one process, to rounding. */
export async function expectNumbersOfOneProcess(run: TrainedRun): Promise<void> {
  const one = await (alone ??= trained(processesExperiment, 1))
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

/** The processes that rank 0 has started, by rank. */
export function otherPids(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
}

/** Does something to a run of 2 processes after its third epoch, resumes it, and expects the numbers of a whole run. */
export async function interruptedRun(act: (rank1: number) => void, options: string[] = []) {
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
