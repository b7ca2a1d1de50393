import { cpSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { runCommandLine } from '../../src/cli/cli.js'
import { comparisonLines } from '../../src/cli/paper/comparison-lines.js'
import * as names from '../../src/cli/paper/names.js'
import { comparisonRows, type Group } from '../../src/paper/comparison/rows.js'
import { mnist } from '../../src/paper/experiments/mnist.js'
import { paperExperiments } from '../../src/paper/experiments/experiments.js'
import { weightDecay } from '../../src/paper/experiments/weight-decay.js'
import { paperStudy } from '../../src/paper/paper-study.js'
import { scales } from '../../src/paper/scale.js'
import { taskNames } from '../../src/paper/task-names.js'
import { paperTasks } from '../../src/paper/tasks.js'
import { keepLedger } from '../../src/study/keep-ledger.js'
import { runFolder } from '../../src/study/ledger.js'
import { train } from '../../src/train/train.js'
import { smallExperiment } from '../train/small-experiment.js'
import { temporaryFolder } from '../support/temporary-folder.js'

afterEach(() => vi.restoreAllMocks())

/** The lines that a command prints. */
async function printed(...words: string[]): Promise<string[]> {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  await runCommandLine(words)
  return stripVTControlCharacters(write.mock.calls.map(([text]) => String(text)).join('')).split('\n')
}

test('the names on the command line are those of the experiments, tasks and scales', () => {
  expect(names.studied).toEqual(paperExperiments.map(({ name }) => name))
  expect(names.repeated).toEqual(Object.keys(paperTasks))
  expect(names.tasks).toEqual(taskNames)
  expect(names.scales).toEqual(scales)
})

test('paper alone lists the experiments', async () => {
  const lines = await printed('paper')
  expect(lines[0]).toMatch(/^experiment +runs +epochs +laptop +tasks$/)
  expect(lines.find((line) => line.startsWith('weight-decay'))).toMatch(/ 10 +1,530 +2 +C10-CNN1, C100-resnet, /)
  expect(lines.find((line) => line.startsWith('replay'))).toMatch(/ 15 +2,210 +3 +C10-CNN1/)
  for (const { name, shows } of paperExperiments) {
    expect(lines[lines.findIndex((line) => line.startsWith(name)) + 1]).toContain(shows)
  }
  expect(lines.find((line) => line.startsWith('mnist '))).toMatch(/^mnist +4 +400$/)
  const times = lines.slice(lines.findIndex((line) => line.startsWith('estimated time here')))
  expect(times.find((line) => line.startsWith('alpha-rho'))).toMatch(/^alpha-rho +\d.* (h|d|min|s) +\d.* (h|min|s)$/)
  expect(times.find((line) => line.startsWith('going-further'))).toMatch(/ –$/)
})

test('--dry-run prints the points, also those that follow others', async () => {
  const runs = temporaryFolder()
  const laptop = await printed('paper', 'weight-decay', '--scale', 'laptop', '--dry-run', '--runs', runs)
  expect(laptop[0]).toBe('paper-weight-decay-laptop  6 points, 1 × task, 2 × method, 3 × seed')
  vi.restoreAllMocks()
  const words = ['paper', 'replay', '--task', 'tiny-CNN', '--seeds', '2', '--dry-run', '--runs', runs]
  const replay = await printed(...words)
  expect(replay[0]).toBe('paper-replay  6 points, 1 × task, 3 × run, 2 × seed')
  expect(replay.filter((line) => /^tiny-CNN +replay +[12] +new /.test(line))).toHaveLength(2)
})

test('--on slurm --dry-run prints the script of the points that need no others, and counts those that do', async () => {
  const runs = temporaryFolder()
  const slurm = ['--on', 'slurm', '--slurm', 'partition=gpu,time=01:00:00', '--dry-run', '--runs', runs]
  const lines = await printed('paper', 'replay', '--task', 'tiny-CNN', '--seeds', '2', ...slurm)
  expect(lines).toContain('points    4 to submit')
  expect(lines).toContain('#SBATCH --partition=gpu')
  expect(lines).toContain('waiting   2 points: the same command submits them once the others have finished')
})

test('all goes through the experiments of a scale and a task', async () => {
  const runs = temporaryFolder()
  const laptop = await printed('paper', 'all', '--scale', 'laptop', '--seeds', '1', '--dry-run', '--runs', runs)
  const studies = (lines: readonly string[]) =>
    lines.flatMap((line) => /^(paper-\S+) {2}\d+ point/.exec(line)?.[1] ?? [])
  expect(studies(laptop)).toEqual(
    ['alpha-rho', 'learning-rate', 'weight-decay', 'adaptive', 'replay', 'warmup'].map(
      (name) => `paper-${name}-laptop`,
    ),
  )
  vi.restoreAllMocks()
  expect(studies(await printed('paper', 'all', '--task', 'C10-resnet', '--dry-run', '--runs', runs))).toEqual([
    'paper-warmup',
  ])
})

test('report and claims look at studies; other words with folders are refused', async () => {
  const folder = join(temporaryFolder(), 'paper-weight-decay-laptop')
  await keepLedger(paperStudy(weightDecay, { scale: 'laptop', seeds: [1] }).first, folder)
  const report = await printed('paper', 'report', folder)
  expect(report.filter((line) => /^C10-CNN1 +SGD\+L2 +– +0 +88\.15 +– +–$/.test(line))).toHaveLength(1)
  vi.restoreAllMocks()
  const claims = await printed('paper', 'claims', folder)
  expect(claims.filter((line) => line.endsWith('  not tested'))).toHaveLength(6)
  vi.restoreAllMocks()
  expect(JSON.parse((await printed('paper', 'claims', folder, '--json')).join('\n'))).toHaveLength(6)
})

test('a study whose runs have finished is compared at once', async () => {
  const runs = temporaryFolder()
  const folder = join(runs, 'paper-mnist-rates')
  const points = await keepLedger(paperStudy(mnist, { scale: 'full' }).first, folder)
  const trained = join(temporaryFolder(), 'run')
  await train({ ...smallExperiment, epochs: 1 }, { folder: trained })
  for (const point of points) {
    const run = runFolder(folder, point)
    cpSync(trained, run, { recursive: true })
    // The network has layers of the same names.
    writeFileSync(join(run, 'config.json'), JSON.stringify(point.experiment))
  }
  const lines = await printed('paper', 'mnist-rates', '--runs', runs)
  expect(lines).toContain('points    7 finished')
  expect(lines.join('\n')).not.toContain('not trained')
  expect(lines.filter((line) => /^MNIST +3⁻² +\d+\.\d\d +1 +96\.75 +−\d+\.\d\d$/.test(line))).toHaveLength(1)
  expect(lines.find((line) => line.startsWith('comparison  '))).toContain('comparison.json')
  expect(existsSync(join(folder, 'comparison.json'))).toBe(true)
  expect(lines.find((line) => line.startsWith('report      '))).toContain('report.html')
  expect(existsSync(join(folder, 'report.html'))).toBe(true)
})

describe('a comparison in lines', () => {
  const source = { kind: 'output', error: 0.005 } as const
  const group = (method: string, published: number | null, ...accuracies: number[]): Group => ({
    values: { task: 'C10-CNN1', method },
    quantities: [{ key: 'testAccuracy', title: 'test accuracy (%)', digits: 2, published, source }],
    measured: new Map(accuracies.map((value, seed) => [seed, new Map([['testAccuracy', value]])])),
  })
  const groups = [group('SGD', 80, 79, 81), group('SGD+L2', 88, 90), group('Layca', null)]
  const reference = { method: 'SGD' }
  const linesAt = (scale: 'full' | 'laptop') => {
    const rows = comparisonRows(groups, { reference, isScaled: scale === 'laptop' })
    return comparisonLines({ experiment: 'x', scale, reference, rows }).map(stripVTControlCharacters)
  }

  test('has numbers and differences at full scale', () => {
    const lines = linesAt('full')
    expect(lines.slice(1, 6).map((line) => line.split(/ {2,}/))).toEqual([
      ['test accuracy (%)'],
      ['task', 'method', 'ours', 'n', 'published', 'difference'],
      ['C10-CNN1', 'SGD', '80.00 ± 1.41', '2', '80.00', '0.00'],
      ['C10-CNN1', 'SGD+L2', '90.00', '1', '88.00', '+2.00'],
      ['C10-CNN1', 'Layca', '–', '0', '–', '–'],
    ])
    expect(lines.at(-1)).toBe('Reference of the effects: method SGD.')
  })

  test('has ranks and signs for a laptop', () => {
    const lines = linesAt('laptop')
    expect(lines.slice(2, 6).map((line) => line.split(/ {2,}/))).toEqual([
      ['task', 'method', 'ours', 'n', 'published', 'rank', 'published rank'],
      ['C10-CNN1', 'SGD', '80.00 ± 1.41', '2', '80.00', '2', '2'],
      ['C10-CNN1', 'SGD+L2', '90.00', '1', '88.00', '1', '1'],
      ['C10-CNN1', 'Layca', '–', '0', '–', '–', '–'],
    ])
    expect(lines.find((line) => /SGD\+L2 .*yes$/.test(line))).toBeDefined()
    expect(lines).toContain('The published trainings are larger: compare ranks and signs, not numbers.')
  })
})
