import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadData } from '../../src/data/load-data.js'
import { mnist } from '../../src/data/mnist-config.js'
import type { ExperimentConfig } from '../../src/experiment/experiment.js'
import type { Run } from '../../src/run/open-run.js'
import { train, type EpochEnd, type TrainingStart } from '../../src/train/train.js'
import type { Weights } from '../../src/weights/weights.js'
import { failure } from '../support/failure.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { smallExperiment } from './small-experiment.js'

/** Cosine distance of a layer's last weights to its initial ones, in doubles. */
function cosineDistance(initial: Weights, last: Weights, layer: string): number {
  const [a, b] = [initial, last].map((weights) => weights.get(`${layer}.weight`)!.data)
  const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, i) => sum + value * y[i]!, 0)
  return 1 - dot(a!, b!) / Math.sqrt(dot(a!, a!) * dot(b!, b!))
}

/** The share of test images that the weights classify correctly, computed here: dense, batch norm, relu, dense. */
async function testAccuracy(weights: Weights): Promise<number> {
  const { test, mean, deviation } = await loadData(mnist(), 1)
  const data = (name: string) => weights.get(name)!.data
  const dense = (layer: string, input: Float32Array) =>
    data(`${layer}.bias`).map((bias, unit) => {
      const row = data(`${layer}.weight`).subarray(unit * input.length, (unit + 1) * input.length)
      return row.reduce((sum, weight, i) => sum + weight * input[i]!, bias)
    })
  const normalise = (layer: string, input: Float32Array) => {
    const [runningMean, variance, scale, shift] = ['running_mean', 'running_var', 'weight', 'bias'].map((name) =>
      data(`${layer}.${name}`),
    )
    return input.map((x, i) => ((x - runningMean![i]!) / Math.sqrt(variance![i]! + 1e-3)) * scale![i]! + shift![i]!)
  }
  const correct = test.labels.filter((label, i) => {
    const pixels = test.images.subarray(i * 784, (i + 1) * 784)
    const hidden = dense(
      'dense0',
      Float32Array.from(pixels, (pixel) => (pixel - mean[0]!) / deviation[0]!),
    )
    const output = dense(
      'dense1',
      normalise('batchNorm0', hidden).map((x) => Math.max(0, x)),
    )
    return output.indexOf(Math.max(...output)) === label
  })
  return correct.length / test.labels.length
}

const bits = async (run: Run) =>
  [...(await run.weights('last'))].map(([name, { data }]) => [name, Buffer.from(data.buffer).toString('base64')])

const withoutSeconds = (run: Run) => run.metrics.map((metrics) => ({ ...metrics, seconds: 0 }))

describe('train', () => {
  test('records a run whose numbers agree with each other', async () => {
    const starts: TrainingStart[] = []
    const ends: EpochEnd[] = []
    const runsFolder = temporaryFolder()
    const run = await train(smallExperiment, {
      runsFolder,
      label: 'first',
      onStart: (start) => starts.push(start),
      onEpochEnd: (end) => ends.push(end),
    })

    expect(run.folder).toMatch(new RegExp(`^${runsFolder}/small/\\d{8}-\\d{6}-first$`))
    expect(run.config).toEqual(smallExperiment)
    expect(run.status).toMatchObject({ status: 'finished', epoch: 3, pid: process.pid })
    expect(run.environment).toMatchObject({ device: 'cpu', seed: 1, node: process.versions.node })
    expect(readdirSync(run.folder).sort()).toEqual([
      'checkpoints',
      'config.json',
      'environment.json',
      'metrics.csv',
      'rotation.csv',
      'run.log',
      'status.json',
      'steps',
    ])

    const parameterCount = 784 * 32 + 32 + 2 * 32 + 32 * 10 + 10
    expect(starts).toEqual([
      {
        folder: run.folder,
        config: smallExperiment,
        device: 'cpu',
        layers: ['dense0', 'dense1'],
        parameterCount,
        stepsPerEpoch: 10,
      },
    ])

    expect(run.metrics.map(({ epoch }) => epoch)).toEqual([1, 2, 3])
    expect(run.metrics.map(({ learningRate }) => learningRate)).toEqual([0.1, 0.1, 0.1 * 0.2])
    for (const [i, end] of ends.entries()) {
      const metrics = run.metrics[i]!
      expect(end.train).toEqual({ loss: metrics.trainLoss, accuracy: metrics.trainAccuracy })
      expect(end.test).toEqual({
        loss: metrics.testLoss,
        accuracy: metrics.testAccuracy,
        top5Accuracy: metrics.testTop5Accuracy,
      })
      expect([end.validation, end.isBest]).toEqual([null, false])
      expect(end.rotation.layers['dense0']).toBe(run.rotation.layer('dense0')[i + 1])
      expect(end.rotation.mean).toBe(run.rotation.mean()[i + 1])
      expect(end.secondsLeft).toBeCloseTo((end.seconds / (i + 1)) * (2 - i), 9)
    }
    expect(readFileSync(join(run.folder, 'run.log'), 'utf8').trim().split('\n')).toHaveLength(5)

    const [initial, last] = [await run.weights('initial'), await run.weights('last')]
    for (const layer of ['dense0', 'dense1']) {
      expect(run.rotation.layer(layer)[0]).toBe(0)
      expect(run.rotation.layer(layer).at(-1)).toBeCloseTo(cosineDistance(initial, last, layer), 6)
    }
    expect(run.metrics.at(-1)!.testAccuracy).toBeGreaterThan(0.7)
    expect(run.metrics.at(-1)!.testAccuracy).toBeCloseTo(await testAccuracy(last), 3)
  })

  test('rotates each layer by the arc tangent of its rate at each step, and keeps its norm', async () => {
    const run = await train(smallExperiment, { folder: join(temporaryFolder(), 'run') })
    const steps = await run.steps()
    expect(steps).toHaveLength(30 * 2)
    const initial = await run.weights('initial')
    for (const { step, layer, angle, norm, rate, rotation } of steps) {
      expect(rate).toBe(step <= 20 ? 0.1 : 0.1 * 0.2)
      expect(angle).toBeCloseTo(Math.atan(rate), 5)
      expect(norm / Math.hypot(...initial.get(`${layer}.weight`)!.data)).toBeCloseTo(1, 5)
      if (step % 10 === 0) expect(rotation).toBeCloseTo(run.rotation.layer(layer)[step / 10]!, 12)
    }
  })

  test('gives the same bits again, and others for another seed', async () => {
    const folder = temporaryFolder()
    const first = await train(smallExperiment, { folder: join(folder, 'first') })
    const again = await train(smallExperiment, { folder: join(folder, 'again') })
    const other = await train({ ...smallExperiment, seed: 2 }, { folder: join(folder, 'other') })
    expect(await bits(again)).toEqual(await bits(first))
    expect(withoutSeconds(again)).toEqual(withoutSeconds(first))
    expect(readFileSync(join(folder, 'again', 'rotation.csv'))).toEqual(
      readFileSync(join(folder, 'first', 'rotation.csv')),
    )
    expect(withoutSeconds(other)).not.toEqual(withoutSeconds(first))
  })

  test('takes a partial last batch', async () => {
    const config = { ...smallExperiment, batchSize: 300 }
    let stepsPerEpoch = 0
    const onStart = (start: TrainingStart) => (stepsPerEpoch = start.stepsPerEpoch)
    const run = await train(config, { folder: join(temporaryFolder(), 'run'), onStart })
    expect(stepsPerEpoch).toBe(4)
    expect(await run.steps()).toHaveLength(3 * 4 * 2)
  })
})

describe('train refuses, before anything is written,', () => {
  const attempt = async (change: Partial<ExperimentConfig>) => {
    const runsFolder = temporaryFolder()
    const message = await failure(() => train({ ...smallExperiment, ...change }, { runsFolder }))
    expect(readdirSync(runsFolder)).toEqual([])
    return message
  }

  test('an experiment that is not valid', async () => {
    expect(await attempt({ epochs: 0 })).toBe('INVALID_CONFIG: experiment "small": epochs is 0; expected at least 1')
  })

  test('a batch larger than the data', async () => {
    expect(await attempt({ batchSize: 1001 })).toBe(
      'INVALID_CONFIG: batchSize is 1001; expected at most 1000, the number of training images',
    )
  })

  test('more images of a class than there are', async () => {
    expect(await attempt({ data: mnist({ perClass: 6000 }) })).toContain('INVALID_CONFIG: data.perClass is 6000;')
  })

  test('data that is not there', async () => {
    expect(await attempt({ data: mnist({ folder: 'no/such' }) })).toContain('MISSING_FILE: no/such does not hold')
  })

  test('a device that this machine does not have', async () => {
    expect(await attempt({ device: 'cuda:99' })).toContain('DEVICE_UNAVAILABLE: ')
  })

  test('a label that is no name', async () => {
    expect(await failure(() => train(smallExperiment, { runsFolder: 'no/such', label: '../up' }))).toContain(
      'INVALID_CONFIG: label: the value is "../up"; expected a name',
    )
    expect(existsSync('no')).toBe(false)
  })

  test('a folder that exists', async () => {
    const folder = temporaryFolder()
    expect(await failure(() => train(smallExperiment, { folder }))).toContain(`RUN_EXISTS: ${folder} exists already`)
    expect(readdirSync(folder)).toEqual([])
  })
})
