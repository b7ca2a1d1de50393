import { existsSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { openRun } from '../../src/run/open-run.js'
import type { RunStatus } from '../../src/run/status.js'
import { measured } from '../train/killed-run.js'
import { main, type Outcome, start, type Running } from '../cli/command-line.js'

/** The settings of a training that takes a few tenths of a second, apart from its test on 10,000 images. */
const tiny = {
  'data.perClass': 20,
  batchSize: 100,
  'model.layers.dense0.units': 16,
  learningRate: { type: 'constant', initial: 0.1 },
  device: 'cpu',
  threads: 1,
  'checkpoint.everyEpochs': 1,
}

/** The words of a sweep over small trainings. */
export function tinySweep(axes: readonly string[], settings: Readonly<Record<string, unknown>> = {}): string[] {
  const swept = new Set(axes.map((axis) => axis.slice(0, axis.indexOf('='))))
  const all = Object.entries({ ...tiny, epochs: 3, ...settings }).filter(([path]) => !swept.has(path))
  return [
    'sweep',
    'mnist',
    '--name',
    'tiny',
    ...axes,
    ...all.map(([path, value]) => `${path}=${JSON.stringify(value)}`),
  ]
}

/** Starts a sweep as the leader of a group of processes, which can be killed as a whole. */
export const startSweep = (cwd: string, words: readonly string[]): Running =>
  start(words, { cwd, ownSession: true, script: main })

/** The folders of the runs of a study, in the order of their names. */
export function runsOf(cwd: string): string[] {
  const study = join(cwd, 'runs', 'tiny')
  const folders = readdirSync(study, { withFileTypes: true }).filter((entry) => /_[0-9a-f]{10}$/.test(entry.name))
  return folders.map(({ name }) => join(study, name)).sort()
}

/** The number of points that a sweep trained itself. */
export const trainedBy = ({ stdout }: Outcome): number => stdout.match(/^✓/gm)?.length ?? 0

/** All that the runs of a study measured, by run. */
export const resultsIn = (cwd: string) => new Map(runsOf(cwd).map((run) => [basename(run), measured(run)]))

/** Waits until so many runs of a study train and have a checkpoint. @returns their folders */
export async function untilTraining(cwd: string, number: number): Promise<string[]> {
  for (;;) {
    await setTimeout(100)
    const runs = existsSync(join(cwd, 'runs', 'tiny')) ? runsOf(cwd) : []
    const statuses = await Promise.all(runs.map((run) => readStatus(run)))
    const training = runs.filter((_, i) => statuses[i]?.status === 'running' && statuses[i]?.lastCheckpoint)
    if (training.length >= number) return training
  }
}

/** The status of a run whose files may not all be there yet. */
const readStatus = (run: string): Promise<RunStatus | undefined> =>
  openRun(run).then(
    ({ status }) => status,
    () => undefined,
  )
