import { spawn } from 'node:child_process'
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { baselinePython } from '../../baseline/python.mjs'
import { openRun, openTrainedRun } from '../../src/run/open-run.js'
import { writeReport } from '../../src/report/write-report.js'
import { resume } from '../../src/train/resume.js'
import { failure } from '../support/failure.js'
import { needsPyTorch, pytorch } from '../support/pytorch/pytorch.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { syntheticRun } from '../figure/synthetic-run.js'

needsPyTorch()

const folder = mkdtempSync(join(tmpdir(), 'layer-rotation-python-'))
afterAll(() => rmSync(folder, { recursive: true }))

type Numbers = Record<'rotation' | 'angle' | 'norm' | 'radial' | 'tangential', number>

const train = (into: string, { dtype = 'float32', every = 5, rate = 0.1, epochs = true } = {}) =>
  pytorch('test/python/trained.py', into, dtype, every, rate, epochs) as Promise<Numbers[]>

describe.each([
  ['float32', 5, 0.1],
  ['float32, every step', 1, 0.1],
  ['float32, steps that are lost in |w|²', 5, 1e-7],
  ['float64', 5, 0.1],
  ['bfloat16', 5, 0.1],
  ['float16', 5, 0.1],
])('a training in %s', (name, every, rate) => {
  test('has the numbers that 60 digits give', async () => {
    const into = join(folder, name)
    const expected = await train(into, { dtype: name.split(',')[0]!, every, rate })
    const run = await openRun(into)
    const rows = [...(await run.layers()).rows()]
    expect(rows.map(({ layer }) => layer)).toEqual(expected.map((_, i) => (i % 2 === 0 ? '0' : '4')))
    for (const [i, row] of rows.entries()) {
      expect(row.step).toBe(every * (1 + Math.floor(i / 2)))
      expect(row['epoch']).toBe(row.step / 8)
      for (const [column, value] of Object.entries(expected[i]!)) {
        const scale = column === 'radial' ? expected[i]!.tangential + Math.abs(value) : Math.abs(value)
        expect(Math.abs((row[column] as number) - value), `${column} of row ${i}`).toBeLessThanOrEqual(1e-12 * scale)
      }
    }
  })
})

describe('a folder that Python wrote', () => {
  const byEpochs = join(folder, 'by-epochs')
  const bySteps = join(folder, 'by-steps')
  beforeAll(async () => {
    await train(byEpochs)
    await train(bySteps, { epochs: false })
  }, 120_000)

  test('is read as a run without an experiment', async () => {
    const run = await openRun(byEpochs)
    expect(run).toMatchObject({ config: undefined, metrics: [], best: undefined, stale: false })
    expect(run.environment).toMatchObject({ source: 'pytorch', every: 5, layers: ['0', '4'], device: 'cpu' })
    expect(run.status).toMatchObject({ status: 'finished', epoch: 2.5 })
    expect(run.rotation.epochs).toEqual([0, 0.625, 1.25, 1.875, 2.5])
    expect(run.rotation.layer('4')).toEqual([0, ...(await run.layers()).layer('4')])
    expect((await run.steps(['angle'])).columns).toEqual(['angle'])
    const initial = await run.weights('initial')
    expect([...initial].map(([name, { shape }]) => [name, shape])).toEqual([
      ['0.weight', [4, 1, 3, 3]],
      ['4.weight', [5, 64]],
    ])
    expect(await failure(() => run.weights('last'))).toContain('MISSING_FILE')
  })

  test('counts steps where the training gives no epochs', async () => {
    const { rotation } = await openRun(bySteps)
    expect(rotation.unit).toBe('step')
    expect(rotation.epochs).toEqual([0, 5, 10, 15, 20])
    expect(readFileSync(join(bySteps, 'layers.csv'), 'utf8')).toMatch(
      /^step,layer,rotation,angle,norm,radial,tangential\n/,
    )
  })

  test('has a report, whose axis counts what the training counts', async () => {
    for (const [into, unit, last] of [
      [byEpochs, 'epoch', '2.5'],
      [bySteps, 'step', '20'],
    ] as const) {
      const run = await openRun(into)
      const page = readFileSync(await writeReport([run], temporaryFolder()), 'utf8')
      expect(page).toContain(`Rotation of every layer by ${unit}`)
      expect(page).toContain(`<th scope="col">${unit}s</th>`)
      expect(page).toMatch(new RegExp(`<td>${last}</td>\\s*<td>${run.rotation.layer('0').at(-1)!.toFixed(3)}</td>`))
      expect(page).toContain('2 layers after every 5 steps')
      expect(page).toContain('<dt>PyTorch</dt>')
      expect(page).not.toMatch(/accuracy|Configs|What was run/)
    }
  })

  test('is drawn beside a run of this package if it counts epochs', async () => {
    const trained = syntheticRun({ layers: ['0', '4'], epochs: 3 })
    const page = readFileSync(await writeReport([trained, await openRun(byEpochs)], temporaryFolder()), 'utf8')
    expect(page).toMatch(/<th scope="row">synthetic<\/th>(.|\n)*<th scope="row">by-epochs<\/th>/)
    expect(page).toContain('Cross-entropy loss by epoch')
    const mixed = await failure(async () => writeReport([trained, await openRun(bySteps)], temporaryFolder()))
    expect(mixed).toContain('INVALID_CONFIG')
    expect(mixed).toContain('counts steps')
  })

  test('is not resumed by this package', async () => {
    const expected = `INVALID_FILE: ${byEpochs} was trained in PyTorch, where layer_rotation.py recorded it; expected a run that layer-rotation trained`
    expect(await failure(() => resume(byEpochs))).toBe(expected)
    expect(await failure(() => openTrainedRun(byEpochs))).toBe(expected)
  })

  test.each([
    [
      'run.json',
      (text: string) => text.replace('"every": 5', '"every": 0'),
      /run.json: every is 0; expected at least 1/,
    ],
    ['run.json', (text: string) => text.replace('"format": 1', '"format": 2'), /run.json: format is 2; expected "1"/],
    [
      'layers.csv',
      (text: string) => text.replace('\n0.625,5,4', '\n0.625,5,5'),
      /layers.csv:3: the layer is "5"; expected "4"/,
    ],
    ['layers.csv', (text: string) => text.replace('epoch,step', 'epoch,steps'), /layers.csv:1: the first columns are/],
  ])('with a damaged %s is refused', async (file, damage, expected) => {
    const path = join(byEpochs, file)
    const sound = readFileSync(path, 'utf8')
    writeFileSync(path, damage(sound))
    try {
      expect(await failure(() => openRun(byEpochs))).toMatch(expected)
    } finally {
      writeFileSync(path, sound)
    }
  })
})

describe('a training that is killed', () => {
  const whole = join(folder, 'whole')
  const killed = join(folder, 'killed')
  const csv = (name: string) => readFileSync(join(name, 'layers.csv'), 'utf8')

  test('and resumed has the records of one that is not, although a line was cut off', async () => {
    expect(await command(whole)).toBe(0)
    expect(await command(killed, '--kill', '47')).toBe('SIGKILL')
    const left = await openRun(killed)
    expect(left.stale).toBe(true)
    expect(left.rotation.epochs.at(-1)).toBe(45)
    truncateSync(join(killed, 'layers.csv'), csv(killed).length - 30)
    expect((await openRun(killed)).rotation.epochs.at(-1)).toBe(42)
    expect(await command(killed, '--resume')).toBe(0)
    expect(csv(killed)).toBe(csv(whole))
    expect((await openRun(killed)).status.status).toBe('finished')
    expect((await openRun(killed)).environment).toMatchObject({ resumed: [{ step: 40 }] })
  }, 120_000)

  test('is refused if the folder has lost what it was measured from', async () => {
    const initial = join(whole, 'checkpoints', 'initial', 'model.safetensors')
    expect(existsSync(initial)).toBe(true)
    truncateSync(initial, 100)
    appendFileSync(join(whole, 'layers.csv'), 'garbage')
    expect(await command(whole, '--resume')).toBe(1)
  }, 120_000)
})

/** Runs trained.py in a process of its own; resolves to its exit code or its signal. */
async function command(...args: string[]): Promise<number | NodeJS.Signals> {
  const program = fileURLToPath(new URL('trained.py', import.meta.url))
  const child = spawn(await baselinePython(), ['-W', 'ignore', program, ...args], { stdio: 'ignore' })
  return new Promise((done, fail) =>
    child.once('error', fail).once('close', (code, signal) => done(signal ?? code ?? Number.NaN)),
  )
}
