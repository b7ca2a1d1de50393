import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { mlflow, tensorBoard } from '../../src/experiment/logger-config.js'
import { logRun } from '../../src/loggers/log-run.js'
import { train } from '../../src/train/train.js'
import { commandHere, commandLine, tinyRun } from '../cli/command-line.js'
import { failure } from '../support/failure.js'
import { needsPyTorch, pytorch } from '../support/pytorch/pytorch.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { smallExperiment } from '../train/small-experiment.js'
import { MlflowServer } from './mlflow-server.js'

describe('the command log', () => {
  test('makes nothing in a folder that holds no run', async () => {
    const folder = temporaryFolder()
    for (const name of ['nowhere', '.']) {
      expect(await failure(() => logRun(join(folder, name), [tensorBoard()]))).toMatch(/^(MISSING|INVALID)_FILE: /)
    }
    expect(readdirSync(folder)).toEqual([])
  })

  test('sends runs, also one that is running, and sends the rest later', async () => {
    const server = await MlflowServer.start()
    const folder = temporaryFolder()
    const words = ['log', 'run', '--to', 'mlflow', '--uri', server.uri, '--experiment', 'by hand']
    const sent: (number | undefined)[] = []
    await train(smallExperiment, {
      folder: join(folder, 'run'),
      onEpochEnd: async ({ epoch }) => {
        if (epoch !== 2) return
        expect(await commandHere(words, { cwd: folder })).toMatchObject({ code: 0, stderr: '' })
        sent.push(server.runs[0]!.metrics['train_loss']?.length)
        expect(server.runs[0]!.status).toBe('RUNNING')
      },
    })
    const { code, stdout } = await commandHere(words, { cwd: folder })
    expect([code, stdout]).toEqual([0, 'sent      run\n'])
    sent.push(server.runs[0]!.metrics['train_loss']?.length)
    expect(sent).toEqual([2, 3])
    expect(server.runs).toHaveLength(1)
    expect(server.runs[0]).toMatchObject({ experiment: 'by hand', status: 'FINISHED' })
    expect(existsSync(join(folder, 'run', 'tensorboard'))).toBe(false)
    expect(await commandHere(['log', 'run', '--to', 'tensorboard'], { cwd: folder })).toMatchObject({ code: 0 })
    expect(existsSync(join(folder, 'run', 'tensorboard'))).toBe(true)
  }, 60_000)

  test.each([
    [['log', 'run', '--to', 'wandb'], 2, 'mlflow'],
    [['log', 'run', '--to', 'tensorboard', '--uri', 'http://127.0.0.1:1'], 2, '--uri goes with --to mlflow'],
    [['log', 'run', '--to', 'mlflow'], 2, 'mlflow names no tracking server'],
    [['log', 'run', '--to', 'mlflow', '--uri', 'http://a:b@127.0.0.1'], 2, 'it holds a user or a password'],
    [['log', 'no-run', '--to', 'tensorboard'], 2, 'no-run'],
  ])('%s is refused', async (words, code, message) => {
    const outcome = await commandHere(words, { cwd: temporaryFolder() })
    expect(outcome.code).toBe(code)
    expect(outcome.stderr).toContain(message)
  })

  test('names a server that is not there, and one that is none of MLflow', async () => {
    const run = await train(smallExperiment, { folder: join(temporaryFolder(), 'run') })
    const nobody = mlflow({ uri: 'http://127.0.0.1:9' })
    expect(await failure(() => logRun(run.folder, [nobody]))).toContain(
      'LOGGER_FAILED: http://127.0.0.1:9: connect ECONNREFUSED',
    )
    const server = await MlflowServer.start()
    server.trouble = (_, response) => (response.end('<html>'), true)
    expect(await failure(() => logRun(run.folder, [mlflow({ uri: server.uri })]))).toContain(
      'its answer to experiments/get-by-name is not that of a tracking server of MLflow',
    )
    server.trouble = (_, response) => (response.writeHead(401).end(), true)
    expect(await failure(() => logRun(run.folder, [mlflow({ uri: server.uri })]))).toContain(
      'HTTP 401; set MLFLOW_TRACKING_',
    )
    const stopped = { signal: AbortSignal.abort() }
    expect(await failure(() => logRun(run.folder, [tensorBoard()], stopped))).toContain('INTERRUPTED')
  }, 60_000)
})

test('a disk that is full for event files harms no run, and what is missing follows once there is space', async ({
  skip,
}) => {
  const path = join(temporaryFolder(), 'run')
  const disk = join(path, 'tensorboard')
  let isMounted = false
  const onStart = () => {
    mkdirSync(disk)
    isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4k', 'tmpfs', disk]).status === 0
    if (isMounted) onTestFinished(() => void spawnSync('umount', [disk]))
  }
  const run = await train({ ...smallExperiment, loggers: [tensorBoard()] }, { folder: path, onStart })
  if (!isMounted) return skip('mounting a tmpfs is not permitted here')
  expect(run.status).toMatchObject({ status: 'finished' })
  expect(run.status.warnings).toHaveLength(1)
  expect(run.status.warnings![0]).toContain('the disk is full')
  expect(spawnSync('mount', ['-o', 'remount,size=4m', disk]).status).toBe(0)
  await logRun(path, [tensorBoard()])
  const sent = JSON.parse(readFileSync(join(path, 'loggers', 'tensorboard.json'), 'utf8')) as object
  expect(sent).toMatchObject({ metrics: 3, layers: 6, status: 'finished' })
}, 60_000)

test('the points of a study are sent by the processes that train them', async () => {
  const server = await MlflowServer.start()
  const cwd = temporaryFolder()
  const [, ...experiment] = tinyRun({ epochs: 1, loggers: ['tensorboard', { type: 'mlflow', uri: server.uri }] })
  const { code, stderr } = await commandLine(['sweep', ...experiment, 'seed=1,2', '--name', 'seeds'], { cwd })
  expect([code, stderr]).toEqual([0, ''])
  const sent = server.runs.map(({ status, params, tags }) => [status, params['seed'], tags['layer_rotation.folder']!])
  expect(sent.map(([status, seed]) => [status, seed])).toEqual([
    ['FINISHED', '1'],
    ['FINISHED', '2'],
  ])
  for (const [, , folder] of sent) expect(readdirSync(join(folder!, 'tensorboard'))).toHaveLength(1)
}, 120_000)

describe('a training in PyTorch', () => {
  needsPyTorch()

  test('is sent with each measured step', async () => {
    const folder = join(temporaryFolder(), 'run')
    await pytorch('test/python/trained.py', folder, 'float32', 5, 0.1, true)
    const server = await MlflowServer.start()
    await logRun(folder, [mlflow({ uri: server.uri }), tensorBoard()])
    const [served] = server.runs
    expect(served).toMatchObject({ experiment: 'run', status: 'FINISHED', params: {} })
    expect(served!.metrics['rotation/0']!.map(([step]) => step)).toEqual([5, 10, 15, 20])
    expect(served!.metrics['train_loss']).toBeUndefined()
  }, 60_000)
})
