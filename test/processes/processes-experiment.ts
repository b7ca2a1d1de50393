import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { expect } from 'vitest'
import type { ExperimentConfig } from '../../src/experiment/config.js'
import { experiment } from '../../src/experiment/experiment.js'
import { openTrainedRun, type TrainedRun } from '../../src/run/open-run.js'
import { loadWeights, type Weights } from '../../src/weights/weights.js'
import { commandLine } from '../cli/command-line.js'
import { measured } from '../train/killed-run.js'
import { temporaryFolder } from '../support/temporary-folder.js'

/**
 * 50 steps of Layca with momentum, 10 an epoch, the last of each smaller than the others and of an odd size; with convolutions, shifts, flips,
 * dropout, clipping and an average of the weights.
 */
export const processesExperiment: ExperimentConfig = experiment({
  name: 'processes',
  data: { type: 'synthetic', shape: [3, 8, 8], classes: 10, train: 383, test: 130 },
  model: {
    type: 'network',
    layers: [
      { type: 'conv', name: 'conv0', filters: 8, kernel: 3 },
      { type: 'relu', name: 'relu0' },
      { type: 'conv', name: 'conv1', filters: 8, kernel: 3, stride: 2 },
      { type: 'relu', name: 'relu1' },
      { type: 'flatten', name: 'flatten' },
      { type: 'dropout', name: 'dropout', rate: 0.25 },
      { type: 'dense', name: 'dense', units: 10 },
    ],
  },
  augmentation: { shift: 1, flip: true },
  optimizer: { type: 'layca', rule: { type: 'sgd', momentum: 0.9 } },
  gradientClipping: { type: 'clipNorm', max: 1 },
  learningRate: { type: 'constant', initial: 0.01 },
  averaging: { type: 'ema', decay: 0.9 },
  epochs: 5,
  batchSize: 40,
  seed: 3,
  threads: 1,
  device: 'cpu',
  record: { steps: 5, neurons: true, references: ['lastEpoch'] },
})

/** A new working folder with an experiment. */
export function folderWith(config: ExperimentConfig): string {
  const cwd = temporaryFolder()
  writeFileSync(join(cwd, 'mine.json'), JSON.stringify(config))
  return cwd
}

/** The path of the only run in a working folder of folderWith(). */
export function onlyRunFolder(cwd: string): string {
  const runs = join(cwd, 'runs', 'processes')
  const [folder, ...others] = readdirSync(runs)
  expect(others).toEqual([])
  return join(runs, folder!)
}

export const onlyRun = (cwd: string): Promise<TrainedRun> => openTrainedRun(onlyRunFolder(cwd))

/** Waits until the only run in a working folder has recorded some epochs. */
export async function untilEpoch(cwd: string, epochs: number): Promise<void> {
  const begin = performance.now()
  const rows = () => {
    try {
      return readFileSync(join(onlyRunFolder(cwd), 'metrics.csv'), 'utf8').split('\n').length - 2
    } catch {
      return 0
    }
  }
  while (rows() < epochs) {
    expect(performance.now() - begin).toBeLessThan(100_000)
    await setTimeout(20)
  }
}

export const lastWeights = (run: TrainedRun): Promise<Weights> =>
  loadWeights(join(run.folder, 'checkpoints', 'last', 'model.safetensors'))

/** Long enough for signals, with a checkpoint every 20 epochs. */
export const longExperiment: ExperimentConfig = experiment({
  ...processesExperiment,
  epochs: 60,
  record: { steps: 10 },
  averaging: null,
  checkpoint: { everyEpochs: 20, everyMinutes: null, keep: 1 },
})

let whole: Promise<Map<string, string>> | undefined

/** Expects the only run in a working folder to have the numbers of one that 2 processes trained without an interruption. */
export async function expectWholeRun(cwd: string): Promise<void> {
  whole ??= wholeRun()
  expect(measured(onlyRunFolder(cwd))).toEqual(await whole)
}

async function wholeRun(): Promise<Map<string, string>> {
  const cwd = folderWith(longExperiment)
  expect(await commandLine(['run', 'mine.json', '--processes', '2'], { cwd })).toMatchObject({ code: 0 })
  return measured(onlyRunFolder(cwd))
}
