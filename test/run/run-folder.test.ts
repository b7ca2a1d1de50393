import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { presets } from '../../src/experiment/presets.js'
import type { EpochMetrics } from '../../src/run/metrics.js'
import { metricsHeader } from '../../src/run/metrics-csv.js'
import { openRun, openTrainedRun } from '../../src/run/open-run.js'
import { lockRun } from '../../src/run/lock.js'
import { RunFolder, runId } from '../../src/run/run-folder.js'
import { LayerTable } from '../../src/rotation/layer-table.js'
import { environment } from '../support/environment.js'
import { contentsOf } from '../support/contents-of.js'
import { failure } from '../support/failure.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { inTier } from '../support/tier.js'
import { whole } from './whole-checkpoint.js'

const config = presets['mnist']!()

const row = (epoch: number, change: Partial<EpochMetrics> = {}): EpochMetrics => ({
  epoch,
  learningRate: 1 / 9,
  trainLoss: 0.5,
  trainAccuracy: 0.9,
  valLoss: null,
  valAccuracy: null,
  testLoss: 0.6,
  testAccuracy: 0.89,
  seconds: 1.5 * epoch,
  valTop5Accuracy: null,
  testTop5Accuracy: 0.99,
  examplesPerSecond: 2000,
  peakMemory: 2 ** 30,
  custom: {},
  ...change,
})

const interruptedRow = row(1.4, { testLoss: null, testAccuracy: null, testTop5Accuracy: null })
const weights = [{ name: 'dense0.weight', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }]

async function recordedRun(): Promise<string> {
  const path = join(temporaryFolder(), 'runs', 'mnist', 'run')
  const folder = await RunFolder.create(path, config, environment, ['dense0', 'dense1'])
  await folder.saveWeights('initial', weights)
  await folder.recordEpoch(row(1), Float64Array.of(0.1, 0.2))
  await folder.recordEpoch(interruptedRow, Float64Array.of(0.15, 0.25))
  await folder.setStatus({ epoch: 1.4 })
  return path
}

describe('a run folder', () => {
  test('holds what was recorded', async () => {
    const path = await recordedRun()
    const run = await openTrainedRun(path)
    expect(run.folder).toBe(path)
    expect(run.config).toEqual(config)
    expect(run.environment).toEqual(environment)
    expect(run.status).toMatchObject({
      status: 'running',
      epoch: 1.4,
      startedAt: environment.startedAt,
      host: hostname(),
      pid: process.pid,
    })
    expect(run.stale).toBe(false)
    expect(run.metrics).toEqual([row(1), interruptedRow])
    expect(run.rotation.epochs).toEqual([0, 1, 1.4])
    expect(run.rotation.layer('dense1')).toEqual([0, 0.2, 0.25])
    expect(await run.weights('initial')).toEqual(
      new Map([['dense0.weight', { shape: [2, 2], data: weights[0]!.data }]]),
    )
    expect(await run.steps()).toHaveLength(0)
    expect(await run.layers()).toHaveLength(0)
    expect((await run.paperRotation()).layer('dense1')).toEqual([0])
  })

  test('has files that other programs read', async () => {
    const path = await recordedRun()
    expect(readFileSync(join(path, 'metrics.csv'), 'utf8').split('\n')).toEqual([
      'epoch,learning_rate,train_loss,train_accuracy,val_loss,val_accuracy,test_loss,test_accuracy,seconds,val_top5_accuracy,test_top5_accuracy,examples_per_second,peak_memory',
      '1,0.1111111111111111,0.5,0.9,,,0.6,0.89,1.5,,0.99,2000,1073741824',
      '1.4,0.1111111111111111,0.5,0.9,,,,,2.0999999999999996,,,2000,1073741824',
      '',
    ])
    expect(readFileSync(join(path, 'rotation.csv'), 'utf8')).toBe(
      'epoch,dense0,dense1\n0,0,0\n1,0.1,0.2\n1.4,0.15,0.25\n',
    )
    expect(readdirSync(path).sort()).toEqual([
      'checkpoints',
      'config.json',
      'environment.json',
      'lock',
      'metrics.csv',
      'rotation.csv',
      'status.json',
    ])
  })

  test('is named after its time in UTC and a label', () => {
    expect(runId(new Date('2026-11-23T05:22:33.999Z'), 'label')).toBe('20261123-052233-label')
    expect(runId(new Date('2026-11-23T05:22:33Z'))).toMatch(/^20261123-052233-[0-9a-f]{6}$/)
  })

  test('is never overwritten', async () => {
    const path = await recordedRun()
    expect(await failure(() => RunFolder.create(path, config, environment, ['dense0']))).toBe(
      `RUN_EXISTS: ${path} already exists; choose another folder or label, or remove it`,
    )
    expect((await openRun(path)).metrics).toHaveLength(2)
  })

  test('cannot be in a file', async () => {
    const file = join(temporaryFolder(), 'file')
    writeFileSync(file, '')
    const message = await failure(() => RunFolder.create(join(file, 'run'), config, environment, []))
    expect(message).toContain(`WRITE_FAILED: ${file}/run could not be written: `)
  })

  test('cannot be in a folder that is not writable', async () => {
    expect(await failure(() => RunFolder.create('/sys/run', config, environment, []))).toBe(
      'WRITE_FAILED: /sys/run could not be written: permission denied; choose a folder that you may write to',
    )
  })
})

const count = inTier(4, 8)

describe(`${count} processes that begin a run at once`, () => {
  const module = (name: string) => JSON.stringify(new URL(`../../dist/${name}.js`, import.meta.url).href)

  /** The folders, each with the row that its process wrote. */
  async function begun(label: string | undefined) {
    const parent = temporaryFolder()
    const code = `
      import { once } from 'node:events'
      import { inNewFolder, RunFolder } from ${module('run/run-folder')}
      import { presets } from ${module('experiment/presets')}
      const config = presets.mnist()
      process.stdout.write('ready')
      await once(process.stdin, 'data')
      const create = (path) => RunFolder.create(path, config, ${JSON.stringify(environment)}, ['dense0', 'dense1'])
      const folder = await inNewFolder(${JSON.stringify(parent)}, ${JSON.stringify(label)}, create)
      await folder.recordEpoch(${JSON.stringify(row(1))}, [process.pid / 2 ** 22, 0])
      await folder.close()`
    const children = Array.from({ length: count }, () =>
      spawn(process.execPath, ['--input-type=module', '--eval', code], { stdio: ['pipe', 'pipe', 'inherit'] }),
    )
    const ended = children.map((child) => once(child, 'close') as Promise<[number]>)
    await Promise.all(children.map(({ stdout }) => once(stdout, 'data')))
    for (const { stdin } of children) stdin.end('begin')
    expect((await Promise.all(ended)).map(([exitCode]) => exitCode)).toEqual(children.map(() => 0))
    // A pid is at most 2²², and a rotation at most 2.
    const rotations = children.map(({ pid }) => pid! / 2 ** 22)
    const names = readdirSync(parent)
    const runs = await Promise.all(names.map((name) => openRun(join(parent, name))))
    expect(runs.map(({ rotation }) => rotation.layer('dense0').at(-1)).sort()).toEqual(rotations.sort())
    for (const { status, rotation } of runs) expect(rotation.layer('dense0')).toEqual([0, status.pid / 2 ** 22])
    return names
  }

  test('get a folder each', async () => {
    expect(await begun(undefined)).toHaveLength(count)
  })

  test('get a folder each with the same label, too', async () => {
    const names = await begun('same')
    expect(names).toHaveLength(count)
    expect(names.filter((name) => /^\d{8}-\d{6}-same(-\d+)?$/.test(name))).toEqual(names)
    // At least two began in the same second.
    expect(names.filter((name) => name.endsWith('same')).length).toBeLessThan(count)
  })
})

describe('a part of steps/', () => {
  const layers = ['dense0', 'dense1']
  const table = new LayerTable(layers, Int32Array.of(1), new Map([['rotation', Float64Array.of(0.5, 0.5)]]))
  const created = async () => {
    const path = join(temporaryFolder(), 'run')
    const recording = { ...config, record: { ...config.record, steps: 1 } }
    return { path, folder: await RunFolder.create(path, recording, environment, layers) }
  }

  test('holds as many epochs as came before it, the last what is left', async () => {
    const { path, folder } = await created()
    await folder.recordSteps(0, table)
    // The part is written while the next lines run.
    expect(readdirSync(join(path, 'steps'))).toEqual([])
    for (let epoch = 1; epoch < 11; epoch++) await folder.recordSteps(epoch, table)
    await folder.settle()
    const parts = [1, 2, 3, 5, 9].map((epoch) => `epoch-0000${epoch}.parquet`)
    expect(readdirSync(join(path, 'steps'))).toEqual(parts)
    expect((await (await openRun(path)).steps()).length).toBe(22)
  })

  test('ends after an epoch with which it is large', async () => {
    const { path, folder } = await created()
    const large = new LayerTable(
      layers,
      new Int32Array(2 ** 14).fill(1),
      new Map([['norm', new Float64Array(2 ** 15)]]),
    )
    for (let epoch = 0; epoch < 12; epoch++) await folder.recordSteps(epoch, large)
    await folder.settle()
    const parts = ['1', '2', '3', '5', '7', '9', '11'].map((epoch) => `epoch-${epoch.padStart(5, '0')}.parquet`)
    expect(readdirSync(join(path, 'steps'))).toEqual(parts)
  })

  test('that cannot be written is named then', async () => {
    const { path, folder } = await created()
    rmSync(join(path, 'steps'), { recursive: true })
    await folder.recordSteps(0, table)
    const message = `WRITE_FAILED: ${path}/steps/epoch-00001.parquet could not be written: its folder does not exist`
    expect(await failure(() => folder.settle())).toBe(message)
  })
})

describe('a process that another one has replaced', () => {
  const table = new LayerTable(['dense0', 'dense1'], Int32Array.of(1), new Map([['norm', Float64Array.of(1, 2)]]))
  const methods: [string, (folder: RunFolder) => Promise<unknown>][] = [
    ['recordEpoch', (folder) => folder.recordEpoch(row(2), Float64Array.of(0.1, 0.2))],
    ['recordLayers', (folder) => folder.recordLayers(table, 1)],
    ['recordSteps', (folder) => folder.recordSteps(3, table)],
    ['settle', (folder) => folder.settle()],
    ['saveWeights', (folder) => folder.saveWeights('best', weights)],
    ['setStatus', (folder) => folder.setStatus({ epoch: 2 })],
    ['log', (folder) => folder.log('line')],
    ['saveCheckpoint', (folder) => folder.saveCheckpoint(whole, { config, layers: ['dense0', 'dense1'] })],
  ]

  test.each(methods)('changes nothing by %s', async (_, method) => {
    const path = join(temporaryFolder(), 'run')
    const withSteps = { ...config, record: { ...config.record, steps: 1 }, validation: { share: 0.1 } }
    const folder = await RunFolder.create(path, withSteps, environment, ['dense0', 'dense1'])
    await folder.saveWeights('initial', weights)
    await folder.recordEpoch(row(1), Float64Array.of(0.1, 0.2))
    for (const epoch of [0, 1]) await folder.recordSteps(epoch, table)
    await folder.settle()
    await folder.recordSteps(2, table) // waits for another epoch
    rmSync(join(path, 'lock'), { recursive: true })
    const successor = await lockRun(path)
    const before = contentsOf(path)
    expect(await failure(() => method(folder))).toMatch(/^RUN_LOCKED: /)
    await successor.confirm()
    expect(contentsOf(path)).toEqual(before)
    expect(await folder.isOwn()).toBe(false)
  })
})

describe('a run folder after a crash', () => {
  test('keeps its whole rows', async () => {
    const path = await recordedRun()
    truncateSync(join(path, 'metrics.csv'), readFileSync(join(path, 'metrics.csv')).length - 1)
    truncateSync(join(path, 'rotation.csv'), readFileSync(join(path, 'rotation.csv')).length - 5)
    const run = await openRun(path)
    expect(run.metrics).toEqual([row(1)])
    expect(run.rotation.epochs).toEqual([0, 1])
  })

  test('is stale', async () => {
    const path = await recordedRun()
    const status = JSON.parse(readFileSync(join(path, 'status.json'), 'utf8')) as object
    writeFileSync(join(path, 'status.json'), JSON.stringify({ ...status, pid: 2 ** 22 + 1 })) // above Linux's largest
    expect((await openRun(path)).stale).toBe(true)
  })
})

describe('a broken run folder', () => {
  test('that does not exist', async () => {
    expect(await failure(() => openRun('no/such'))).toBe(
      `MISSING_FILE: ${process.cwd()}/no/such/config.json does not exist; expected a run folder with this file`,
    )
  })

  test.each(['config.json', 'environment.json', 'status.json', 'metrics.csv', 'rotation.csv'])(
    'without %s',
    async (name) => {
      const path = await recordedRun()
      rmSync(join(path, name))
      expect(await failure(() => openRun(path))).toContain(`MISSING_FILE: ${join(path, name)} does not exist`)
    },
  )

  test.each([
    ['config.json', '{', 'is not valid JSON: '],
    ['config.json', '{}', ':\n  name is missing; expected a text'],
    ['environment.json', '{"threads": 0}', ':\n  layerRotation is missing; expected a text'],
    [
      'status.json',
      '{"status":"done","epoch":1,"startedAt":"","host":"","pid":1}',
      'status is "done"; expected one of running',
    ],
    ['metrics.csv', 'epoch\n', ':1: the columns are epoch; expected epoch,learning_rate,'],
    ['metrics.csv', '', ':1: found no line; expected column names'],
    ['rotation.csv', 'epoch,dense0\n0,0\n1,a\n', ':3: column dense0: found "a"; expected a number'],
    ['rotation.csv', 'epoch,dense0\n0,0\n', ':1: column 3: found nothing; expected "dense1", as in config.json'],
    [
      'rotation.csv',
      'epoch,dense0,\u0007\n0,0,0\n',
      ':1: column 3: found "\\u0007"; expected "dense1", as in config.json',
    ],
    [
      'metrics.csv',
      `${metricsHeader}1,0.1,0.5,16,,,0.6,-5,1.5,,,,\n`,
      ':2: column train_accuracy: found 16; expected 0 to 1',
    ],
  ])('with %s as %j', async (name, content, message) => {
    const path = await recordedRun()
    writeFileSync(join(path, name), content)
    const found = await failure(() => openRun(path))
    expect(found).toContain(`INVALID_FILE: ${join(path, name)}`)
    expect(found).toContain(message)
  })

  test('with a metrics row that lacks a loss', async () => {
    const path = await recordedRun()
    const metrics = join(path, 'metrics.csv')
    writeFileSync(metrics, readFileSync(metrics, 'utf8').replace('0.5,0.9', ',0.9'))
    expect(await failure(() => openRun(path))).toBe(
      `INVALID_FILE: ${metrics}:2: train_loss is empty; expected a number`,
    )
  })

  test('without the last weights still opens', async () => {
    const path = await recordedRun()
    const run = await openRun(path)
    expect(await failure(() => run.weights('last'))).toBe(
      `MISSING_FILE: ${path}/checkpoints/last/model.safetensors does not exist; expected a safetensors file`,
    )
    writeFileSync(join(path, 'checkpoints', 'last', 'model.safetensors'), 'x')
    expect(await failure(() => run.weights('last'))).toContain('byte 0: found 1 bytes; expected at least 8')
  })
})

test('a character that is cut off at the end of a table is not there yet', async () => {
  const path = await recordedRun()
  const metrics = join(path, 'metrics.csv')
  writeFileSync(metrics, Buffer.concat([readFileSync(metrics), Buffer.from('é').subarray(0, 1)]))
  expect((await openRun(path)).metrics).toHaveLength(2)
  writeFileSync(metrics, Buffer.concat([readFileSync(metrics), Buffer.from('\n')]))
  expect(await failure(() => openRun(path))).toBe(
    `INVALID_FILE: ${metrics} cannot be read: it is not UTF-8 text; save it as UTF-8`,
  )
})

test('a pipe instead of a file is not waited for', async () => {
  for (const name of ['config.json', 'metrics.csv']) {
    const path = await recordedRun()
    rmSync(join(path, name))
    execFileSync('mkfifo', [join(path, name)])
    expect(await failure(() => openRun(path))).toBe(
      `INVALID_FILE: ${path}/${name} cannot be read: it is not a regular file`,
    )
  }
})
