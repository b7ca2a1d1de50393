import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { experiment } from '../../src/experiment/experiment.js'
import { mlflow } from '../../src/experiment/logger-config.js'
import { Followers } from '../../src/loggers/followers.js'
import { logRun } from '../../src/loggers/log-run.js'
import { mlflowAddress } from '../../src/loggers/mlflow/address.js'
import type { TrainedRun } from '../../src/run/open-run.js'
import { resume } from '../../src/train/resume.js'
import { train } from '../../src/train/train.js'
import { failure } from '../support/failure.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { smallExperiment } from '../train/small-experiment.js'
import { MlflowServer, type ServedRun } from './mlflow-server.js'

const loggedTo = (uri: string) => experiment({ ...smallExperiment, loggers: [mlflow({ uri })] })

const folder = () => join(temporaryFolder(), 'run')

/** Requires that a server has all numbers of a run, at their steps. */
async function requireWhole(served: ServedRun, run: TrainedRun): Promise<void> {
  const losses = run.metrics.map(({ epoch, trainLoss }) => [10 * epoch, trainLoss])
  expect(served.metrics['train_loss']!.map(([step, , value]) => [step, value])).toEqual(losses)
  const layers = await run.layers()
  for (const layer of layers.layers) {
    for (const column of layers.columns.filter((name) => name !== 'epoch')) {
      const expected = Array.from(layers.layer(layer, column), (value, i) => [layers.steps[i], value])
      expect(served.metrics[`${column}/${layer}`]!.map(([step, , value]) => [step, value])).toEqual(expected)
    }
  }
}

test('a row that is sent before onEpochEnd has returned gets its columns later, and row 0 is sent', async () => {
  const server = await MlflowServer.start()
  const loggers = [mlflow({ uri: server.uri })]
  const path = folder()
  const run = await train(experiment({ ...smallExperiment, evaluation: { initial: true, every: 2 } }), {
    folder: path,
    onEpochEnd: async ({ epoch }) => {
      await logRun(path, loggers)
      return { zeros: epoch / 4, ...(epoch === 2 && { twice: NaN }) }
    },
  })
  await logRun(path, loggers)
  const { metrics } = server.runs[0]!
  const valuesOf = (key: string) => metrics[key]!.map(([step, , value]) => [step, value])
  const zeros = [1, 2, 3].map((epoch) => [10 * epoch, epoch / 4])
  expect(run.metrics.map(({ custom }) => custom['zeros'])).toEqual([0.25, 0.5, 0.75])
  expect(valuesOf('zeros')).toEqual(zeros)
  expect(valuesOf('twice')).toEqual([[20, NaN]])
  expect(valuesOf('test_accuracy')).toEqual(
    [run.initial!, run.metrics[1]!, run.metrics[2]!].map(({ epoch, testAccuracy }) => [10 * epoch, testAccuracy]),
  )
  expect(valuesOf('mean_rotation').map(([step]) => step)).toEqual([0, 10, 20, 30])
  await requireWhole(server.runs[0]!, run)
  const sent = server.requests.length
  await logRun(path, loggers)
  expect(server.requests).toHaveLength(sent)
})

test('a run is sent while it trains: settings, numbers, state, files and figures', async () => {
  const server = await MlflowServer.start()
  const states: string[] = []
  const run = await train(loggedTo(`${server.uri}/`), {
    folder: folder(),
    onEpochEnd: async ({ epoch }) => {
      // Within an epoch of its own time the server has the run.
      if (epoch === 1) await vi.waitFor(() => expect(server.runs).toHaveLength(1), { timeout: 10_000 })
      states.push(server.runs[0]!.status)
    },
  })
  expect(run.status.warnings).toBeUndefined()
  expect(states).toEqual(['RUNNING', 'RUNNING', 'RUNNING'])
  const [served] = server.runs
  expect(server.runs).toHaveLength(1)
  expect(served).toMatchObject({
    experiment: 'small',
    name: 'run',
    status: 'FINISHED',
    start: Date.parse(run.status.startedAt),
    end: Date.parse(run.status.endedAt!),
    params: { model: 'mlp', 'learningRate.initial': '0.1', 'optimizer.type': 'layca' },
    tags: { 'layer_rotation.folder': run.folder },
  })
  await requireWhole(served!, run)
  const names = ['rotation-by-layer', 'loss', 'accuracy', 'features'].map((name) => `figures/${name}.png`)
  const files = ['config.json', 'environment.json', ...names]
  expect([...server.artifacts.keys()]).toEqual(files.map((name) => `1/0/artifacts/${name}`))
  expect(JSON.parse(server.artifacts.get('1/0/artifacts/config.json')!.toString())).toEqual(run.config)
  expect(server.artifacts.get('1/0/artifacts/figures/loss.png')!.subarray(1, 4).toString()).toBe('PNG')
}, 60_000)

test('after failures of the server nothing is missing, twice or warned of', async () => {
  const server = await MlflowServer.start()
  let requests = 0
  server.trouble = (_, response) => {
    requests++
    if (requests % 3 !== 0) return false
    response.writeHead(503).end('try later')
    return true
  }
  const run = await train(smallExperiment, { folder: folder() })
  const send = () => logRun(run.folder, [mlflow({ uri: server.uri })])
  expect(await failure(send)).toBe(`LOGGER_FAILED: ${server.uri}: HTTP 503`)
  const followers = new Followers(run.folder, [mlflow({ uri: server.uri })], { atEnd: 20_000, pause: 10, longest: 20 })
  await followers.end()
  expect(followers.warnings()).toEqual([])
  expect(server.runs).toHaveLength(1)
  await requireWhole(server.runs[0]!, run)
  const before = server.requests.length
  server.trouble = () => false
  await send()
  expect(server.requests.length).toBe(before)
}, 60_000)

test('a run whose creation was answered too late is not created twice', async () => {
  const server = await MlflowServer.start()
  const run = await train(smallExperiment, { folder: folder() })
  server.trouble = ({ socket }, _, path) => {
    if (!path.endsWith('runs/log-batch') || server.runs.length !== 1) return false
    server.trouble = () => false
    socket.destroy()
    return true
  }
  const send = () => logRun(run.folder, [mlflow({ uri: server.uri, experiment: 'named' })])
  expect(await failure(send)).toContain('LOGGER_FAILED')
  await send()
  // The answer to the creation itself is lost.
  const other = await MlflowServer.start()
  const answer = { lost: false }
  other.trouble = ({ socket }, response, path) => {
    if (answer.lost || !path.endsWith('runs/create')) return false
    answer.lost = true
    response.end = () => (socket.destroy(), response)
    return false
  }
  const sendThere = () => logRun(run.folder, [mlflow({ uri: other.uri })])
  expect(await failure(sendThere)).toContain('LOGGER_FAILED')
  expect(other.runs).toHaveLength(1)
  await sendThere()
  expect(other.runs).toHaveLength(1)
  expect(server.runs.map(({ experiment }) => experiment)).toEqual(['named'])
  for (const { runs } of [server, other]) await requireWhole(runs[0]!, run)
}, 60_000)

test('a server that hangs neither stops nor slows a run, which says once how to send it', async () => {
  const server = await MlflowServer.start()
  server.trouble = () => true
  const rejections: unknown[] = []
  const note = (reason: unknown) => void rejections.push(reason)
  process.on('unhandledRejection', note)
  const path = folder()
  const plain = await train(smallExperiment, { folder: folder() })
  let trained = 0
  const run = await train(loggedTo(server.uri), {
    folder: path,
    onEpochEnd: ({ epoch }) => void (epoch === 3 && (trained = performance.now())),
  })
  expect(performance.now() - trained).toBeLessThan(20_000)
  expect(run.status).toMatchObject({ status: 'finished' })
  expect(run.status.warnings).toHaveLength(1)
  expect(run.status.warnings![0]).toMatch(
    /lacks a part of the run: .*(no answer|not answer) within 10 s; the run goes on, .*--to mlflow --uri http:\/\/127/,
  )
  expect(readFileSync(join(path, 'layers.csv')).equals(readFileSync(join(plain.folder, 'layers.csv')))).toBe(true)
  server.trouble = () => false
  await vi.waitFor(() => logRun(path, [mlflow({ uri: server.uri })]), { timeout: 10_000, interval: 200 })
  await requireWhole(server.runs.at(-1)!, run)
  process.off('unhandledRejection', note)
  expect(rejections).toEqual([])
}, 120_000)

test('a run that is resumed goes on in its run of MLflow; rows that it took back are sent again', async () => {
  const server = await MlflowServer.start()
  const config = experiment({ ...loggedTo(server.uri), checkpoint: { everyEpochs: 1 } })
  const path = folder()
  const fail = ({ epoch }: { epoch: number }) => {
    if (epoch === 2) throw new Error('as if the process had died')
  }
  await expect(train(config, { folder: path, onEpochEnd: fail })).rejects.toThrow('as if')
  expect(server.runs.map(({ status }) => status)).toEqual(['FAILED'])
  expect(server.runs[0]!.metrics['train_loss']).toHaveLength(2)
  const run = await resume(path)
  expect(server.runs.map(({ status }) => status)).toEqual(['FINISHED'])
  const steps = server.runs[0]!.metrics['train_loss']!.map(([step]) => step)
  expect(steps).toEqual([10, 20, 20, 30])
  const [, first, second] = server.runs[0]!.metrics['train_loss']!
  expect(second![2]).toBe(first![2])
  expect(run.status.warnings).toBeUndefined()
}, 60_000)

test('user, password and token come from the environment, and stand in no file', async () => {
  const server = await MlflowServer.start()
  vi.stubEnv('MLFLOW_TRACKING_URI', server.uri)
  vi.stubEnv('MLFLOW_TRACKING_TOKEN', 'secret-token')
  const config = experiment({ ...smallExperiment, loggers: [mlflow()] })
  const run = await train(config, { folder: folder() })
  expect([...server.authorizations]).toEqual(['Bearer secret-token'])
  for (const file of ['config.json', 'environment.json', 'status.json', 'run.log'])
    expect(readFileSync(join(run.folder, file), 'utf8')).not.toContain('secret-token')
  vi.unstubAllEnvs()
  const env = { MLFLOW_TRACKING_USERNAME: 'me', MLFLOW_TRACKING_PASSWORD: 'pass' }
  expect(mlflowAddress({ uri: 'https://x.example/' }, env)).toEqual({
    uri: 'https://x.example',
    authorization: `Basic ${Buffer.from('me:pass').toString('base64')}`,
  })
}, 60_000)

test.each([
  ['http://me:pass@127.0.0.1:5000', 'it holds a user or a password'],
  ['file:///mlruns', 'it is not the address of a tracking server'],
  ['databricks', 'it is not the address of a tracking server'],
  ['http://127.0.0.1:5000/?token=pass', "it holds a '?'"],
])('the address %s is refused before anything is written, and not repeated', async (uri, problem) => {
  const message = await failure(() => mlflow({ uri }))
  expect(message).toContain(problem)
  expect(message).not.toContain('pass@')
  expect(await failure(() => mlflowAddress({ uri: null }, { MLFLOW_TRACKING_URI: uri }))).toContain(problem)
})

test('without an address a run is refused before its folder is made', async () => {
  vi.stubEnv('MLFLOW_TRACKING_URI', '')
  const config = experiment({ ...smallExperiment, loggers: [mlflow()] })
  expect(await failure(() => train(config, { folder: folder() }))).toContain('mlflow names no tracking server')
  vi.unstubAllEnvs()
})
