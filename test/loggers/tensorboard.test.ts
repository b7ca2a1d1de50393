import { appendFileSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { experiment } from '../../src/experiment/experiment.js'
import { tensorBoard } from '../../src/experiment/logger-config.js'
import { logRun } from '../../src/loggers/log-run.js'
import { openTrainedRun, type TrainedRun } from '../../src/run/open-run.js'
import { resume } from '../../src/train/resume.js'
import { train } from '../../src/train/train.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { smallExperiment } from '../train/small-experiment.js'
import { readByTensorBoard, startTensorBoard, tensorBoardPrograms, type Found } from './real-tensorboard.js'

const config = experiment({ ...smallExperiment, loggers: [tensorBoard()] })

let programs: string | undefined
beforeAll(() => {
  programs = tensorBoardPrograms()
}, 300_000)

const eventFiles = (run: string) => readdirSync(join(run, 'tensorboard'))

/** The numbers of a run's files by tag, as TensorBoard is to have them: float32. */
async function expectedScalars(run: TrainedRun): Promise<Record<string, [step: number, value: number][]>> {
  const expected: Record<string, [number, number][]> = {}
  const add = (tag: string, step: number, value: number) => (expected[tag] ??= []).push([step, Math.fround(value)])
  const [header, ...lines] = readFileSync(join(run.folder, 'metrics.csv'), 'utf8').trim().split('\n')
  const columns = header!.split(',')
  for (const line of lines) {
    const cells = line.split(',')
    const step = Number(cells[0]) * run.environment.stepsPerEpoch
    columns.forEach((column, i) => cells[i] !== '' && add(column, step, Number(cells[i])))
  }
  run.rotation.mean().forEach((mean, epoch) => (epoch > 0 || run.initial) && add('mean_rotation', 10 * epoch, mean))
  for (const row of (await run.layers()).rows()) {
    for (const [column, value] of Object.entries(row))
      if (!['epoch', 'step', 'layer'].includes(column)) add(`${column}/${row.layer}`, row.step, Number(value))
  }
  return expected
}

const valuesIn = ({ scalars }: Found) =>
  Object.fromEntries(Object.entries(scalars).map(([tag, rows]) => [tag, rows.map(([step, , value]) => [step, value])]))

describe('a run', () => {
  test('has row 0, averages and the columns of onEpochEnd, which come later than the rest of a row', async ({
    skip,
  }) => {
    const folder = join(temporaryFolder(), 'run')
    const run = await train(
      experiment({
        ...config,
        evaluation: { initial: true, every: 2 },
        averaging: { type: 'ema', decay: 0.9 },
      }),
      {
        folder,
        onEpochEnd: async ({ epoch }) => {
          if (epoch !== 2) await vi.waitFor(() => logRun(folder, [tensorBoard()]), { timeout: 10_000 })
          return { zeros: epoch / 4, ...(epoch === 3 && { late: 1 }) }
        },
      },
    )
    expect(run.status.warnings).toBeUndefined()
    if (programs === undefined) return skip('TensorBoard is not available here')
    const found = readByTensorBoard(programs, join(folder, 'tensorboard'))
    expect(valuesIn(found)).toEqual(await expectedScalars(run))
    expect(valuesIn(found)).toMatchObject({
      zeros: [1, 2, 3].map((epoch) => [10 * epoch, epoch / 4]),
      late: [[30, 1]],
    })
  })

  test('is read by TensorBoard: all numbers, figures, settings and one chart for all layers', async ({ skip }) => {
    const run = await train(config, { folder: join(temporaryFolder(), 'run') })
    expect(run.status).toMatchObject({ status: 'finished' })
    expect(run.status.warnings).toBeUndefined()
    expect(run.config.loggers).toEqual([{ type: 'tensorboard' }])
    if (programs === undefined) return skip('TensorBoard is not available here')
    const found = readByTensorBoard(programs, join(run.folder, 'tensorboard'))
    expect(valuesIn(found)).toEqual(await expectedScalars(run))
    const start = Date.parse(run.status.startedAt) / 1000
    expect(found.scalars['train_loss']!.map(([, time]) => time)).toEqual(
      run.metrics.map(({ seconds }) => start + seconds),
    )
    expect(Object.keys(found.images)).toEqual(
      ['rotation-by-layer', 'loss', 'accuracy', 'features'].map((name) => `figures/${name}`),
    )
    for (const [[step, width, height, bytes]] of Object.values(found.images) as [[number, number, number, number]][]) {
      expect(step).toBe(30)
      expect(Math.min(width, height)).toBeGreaterThan(100)
      expect(bytes).toBeGreaterThan(1000)
    }
    expect(found.settings).toMatchObject({
      model: 'mlp',
      'optimizer.rule.type': 'sgd',
      'learningRate.initial': 0.1,
      seed: 1,
    })
    expect(found.end).toBe(1)
    expect(found.charts!['layers']!['rotation']).toEqual(['rotation/.*'])

    const ask = await startTensorBoard(programs, run.folder)
    await vi.waitFor(
      async () => {
        const tags = (await ask('plugin/scalars/tags')) as Record<string, Record<string, unknown>>
        expect(Object.keys(tags['tensorboard'] ?? {})).toEqual(expect.arrayContaining(Object.keys(found.scalars)))
      },
      { timeout: 30_000, interval: 500 },
    )
    const points = (await ask('plugin/scalars/scalars?run=tensorboard&tag=train_loss')) as [number, number, number][]
    expect(points.map(([, step, value]) => [step, value])).toEqual(valuesIn(found)['train_loss'])
    const lines = (await ask('plugin/custom_scalars/scalars?run=tensorboard&tag=rotation%2F.*')) as {
      regex_valid: boolean
      tag_to_events: Record<string, unknown[]>
    }
    expect(lines.regex_valid).toBe(true)
    expect(Object.keys(lines.tag_to_events).sort()).toEqual(['rotation/dense0', 'rotation/dense1'])
  }, 120_000)

  test('that ends early and is resumed has the files of one that did not, bit for bit', async ({ skip }) => {
    const folder = temporaryFolder()
    const plain = await train(smallExperiment, { folder: join(folder, 'plain') })
    const path = join(folder, 'run')
    const frequent = experiment({ ...config, checkpoint: { everyEpochs: 1 } })
    const fail = ({ epoch }: { epoch: number }) => {
      if (epoch === 2) throw new Error('as if the process had died')
    }
    // The second epoch is recorded, and sent, but the newest checkpoint is before it.
    await expect(train(frequent, { folder: path, onEpochEnd: fail })).rejects.toThrow('as if the process had died')
    expect(JSON.parse(readFileSync(join(path, 'loggers', 'tensorboard.json'), 'utf8'))).toMatchObject({ metrics: 2 })
    const before = eventFiles(path)
    const run = await resume(path)
    const repeatable = (rows: TrainedRun['metrics']) =>
      rows.map((row) => ({ ...row, seconds: 0, examplesPerSecond: 0, peakMemory: 0 }))
    expect(repeatable(run.metrics)).toEqual(repeatable(plain.metrics))
    for (const file of ['rotation.csv', 'layers.csv', 'checkpoints/last/model.safetensors'])
      expect(readFileSync(join(path, file)).equals(readFileSync(join(plain.folder, file))), file).toBe(true)
    expect(eventFiles(path)).toHaveLength(1)
    expect(eventFiles(path)).not.toEqual(before)
    if (programs === undefined) return skip('TensorBoard is not available here')
    expect(valuesIn(readByTensorBoard(programs, join(path, 'tensorboard')))).toEqual(await expectedScalars(run))
  }, 60_000)

  test('that has ended is exported afterwards; what is there already stays, and what is torn is mended', async ({
    skip,
  }) => {
    const run = await train(smallExperiment, { folder: join(temporaryFolder(), 'run') })
    const tables = () =>
      ['metrics.csv', 'layers.csv', 'config.json', 'status.json'].map((file) =>
        readFileSync(join(run.folder, file), 'utf8'),
      )
    const before = tables()
    await logRun(run.folder, [tensorBoard()])
    const [name] = eventFiles(run.folder)
    const file = join(run.folder, 'tensorboard', name!)
    const whole = readFileSync(file)
    appendFileSync(file, 'half an event, which a crash left behind')
    await logRun(run.folder, [tensorBoard()])
    expect(readFileSync(file).equals(whole)).toBe(true)
    expect(tables()).toEqual(before)
    rmSync(file)
    await logRun(run.folder, [tensorBoard()])
    const [next] = eventFiles(run.folder)
    expect(next).not.toBe(name)
    expect(statSync(join(run.folder, 'tensorboard', next!)).size).toBe(whole.length)
    if (programs === undefined) return skip('TensorBoard is not available here')
    expect(valuesIn(readByTensorBoard(programs, join(run.folder, 'tensorboard')))).toEqual(await expectedScalars(run))
  }, 60_000)
})

test('a folder in which nothing can be written harms no run, which names the way to send it', async () => {
  const path = join(temporaryFolder(), 'run')
  const block = () => writeFileSync(join(path, 'tensorboard'), 'a file where the folder belongs')
  const run = await train(config, { folder: path, onStart: block })
  expect(run.status).toMatchObject({ status: 'finished' })
  expect(run.status.warnings).toEqual([
    `TensorBoard lacks a part of the run: ${path}/tensorboard is not a folder; expected one, not a link; the run goes on, and what is missing is sent later, or by: layer-rotation log ${path} --to tensorboard`,
  ])
  rmSync(join(path, 'tensorboard'))
  await logRun(path, [tensorBoard()])
  expect(eventFiles(path)).toHaveLength(1)
  expect((await openTrainedRun(path)).metrics).toEqual(run.metrics)
}, 60_000)

test('a damaged note of what was sent is named', async () => {
  const run = await train(smallExperiment, { folder: join(temporaryFolder(), 'run') })
  await logRun(run.folder, [tensorBoard()])
  const note = join(run.folder, 'loggers', 'tensorboard.json')
  for (const [from, to, message] of [
    ['"metrics": 3', '"metrics": -3', 'metrics is -3; expected at least 0'],
    ['"file": "', '"file": "../', 'tensorboard.file is'],
    ['{', '', 'is not valid JSON'],
  ] as const) {
    const sound = readFileSync(note, 'utf8')
    writeFileSync(note, sound.replace(from, to))
    await expect(logRun(run.folder, [tensorBoard()])).rejects.toThrow(message)
    writeFileSync(note, sound)
  }
}, 60_000)
