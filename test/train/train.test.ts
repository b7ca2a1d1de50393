import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { ImagesConfig } from '../../src/data/data.js'
import { loadData } from '../../src/data/load-data.js'
import { mnist } from '../../src/data/mnist/mnist.js'
import type { ExperimentConfig } from '../../src/experiment/config.js'
import { synthetic } from '../../src/data/synthetic/synthetic.js'
import { parameterSettings } from '../../src/groups/parameter-settings.js'
import { kerasCrossEntropy } from '../../src/loss/keras-cross-entropy.js'
import { batchNorm, conv, dense, flatten, relu, residual } from '../../src/model/layers.js'
import { network } from '../../src/model/model.js'
import { createTrainer } from '../../src/native/load.js'
import { sgd } from '../../src/optimizer/rules/sgd.js'
import { l2 } from '../../src/regularization/l2.js'
import { weightDecay } from '../../src/regularization/weight-decay.js'
import { constant } from '../../src/schedule/curves/constant.js'
import { scheduleFrom } from '../../src/schedule/curves/tabulated.js'
import type { Run } from '../../src/run/open-run.js'
import { train, type EpochEnd, type TrainingStart } from '../../src/train/train.js'
import { splitForValidation } from '../../src/train/validation-split.js'
import { namedTensors, saveWeights, type Weights } from '../../src/weights/weights.js'
import { testDeviceName } from '../support/device.js'
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
  const { test, mean, deviation } = await loadData(smallExperiment.data as ImagesConfig, smallExperiment.seed)
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
    const pixels = test.images.subarray(i * 144, (i + 1) * 144)
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

const repeatable = ({ metrics }: Run) =>
  metrics.map((row) => ({ ...row, seconds: 0, examplesPerSecond: 0, peakMemory: 0 }))

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
    expect(run.environment).toMatchObject({
      device: testDeviceName,
      seed: 1,
      stepsPerEpoch: 10,
      node: process.versions.node,
    })
    expect(readdirSync(run.folder).sort()).toEqual([
      'checkpoints',
      'config.json',
      'environment.json',
      'layers.csv',
      'metrics.csv',
      'rotation.csv',
      'run.log',
      'status.json',
      'steps',
    ])

    const parameterCount = 144 * 32 + 32 + 2 * 32 + 32 * 10 + 10
    expect(starts).toEqual([
      {
        folder: run.folder,
        config: smallExperiment,
        device: testDeviceName,
        fasterPrecision: expect.toBeOneOf([null, 'bf16']) as null,
        layers: ['dense0', 'dense1'],
        parameterCount,
        stepsPerEpoch: 10,
        evaluatedExamples: 500,
        position: { epoch: 0, step: 0 },
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
    for (const { step, layer, angle, norm, rate, rotation } of steps.rows()) {
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
    expect(repeatable(again)).toEqual(repeatable(first))
    expect(readFileSync(join(folder, 'again', 'rotation.csv'))).toEqual(
      readFileSync(join(folder, 'first', 'rotation.csv')),
    )
    expect(repeatable(other)).not.toEqual(repeatable(first))
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

describe('with a validation split', () => {
  test('keeps the weights that validate best, and what they score on the test images', async () => {
    const config = { ...smallExperiment, validation: { share: 0.2 } }
    const run = await train(config, { folder: join(temporaryFolder(), 'run') })
    expect(run.metrics.map(({ valTop5Accuracy }) => valTop5Accuracy! > 0.8)).toEqual([true, true, true])
    expect(await run.steps()).toHaveLength(3 * 8 * 2)

    const weights = namedTensors(await run.weights('best'))
    const data = await loadData(config.data as ImagesConfig, config.seed)
    const { validation } = splitForValidation(1000, config.validation, config.seed)
    const trainer = await createTrainer({
      device: 'cpu',
      threads: 1,
      seed: 99,
      inputShape: data.inputShape,
      classes: data.classes,
      layers: config.model.layers,
      optimizer: config.optimizer,
      precision: 'fp32',
      memoryFormat: 'channelsLast',
      loss: config.loss,
      parameters: parameterSettings(config),
      augmentation: { shift: 0, flip: false },
      weights,
      data: { ...data, validation },
    })
    onTestFinished(() => trainer.dispose())
    const { loss, accuracy } = await trainer.evaluate('validation', 50)
    expect(accuracy).toBe(run.best!.valAccuracy)
    expect(loss).toBeCloseTo(run.best!.valLoss!, 5)
    expect((await trainer.evaluate('test', 5000)).accuracy).toBeCloseTo(run.best!.testAccuracy!, 3)
  })
})

describe('settings reach the training:', () => {
  const data = synthetic({ shape: [1, 12, 12], classes: 10, train: 500, test: 100 })
  const trained = (change: Partial<ExperimentConfig>) =>
    train({ ...smallExperiment, data, batchSize: 50, epochs: 1, ...change }, { folder: join(temporaryFolder(), 'run') })
  const plain = { optimizer: sgd({ momentum: 0.5 }) }

  test('initial weights come from a file, instead of the seed', async () => {
    const first = await trained({})
    const file = join(first.folder, 'checkpoints', 'initial', 'model.safetensors')
    const second = await trained({ seed: 5, initialWeights: file })
    expect(await second.weights('initial')).toEqual(await first.weights('initial'))
    expect(second.rotation.mean()[0]).toBe(0)
    expect(await bits(second)).not.toEqual(await bits(first))
  })

  test('L2 pulls on the layers that are not excepted, weight decay on all parameters', async () => {
    const without = await bits(await trained(plain))
    expect(await bits(await trained({ ...plain, regularization: l2(0.01, { except: ['dense0', 'dense1'] }) }))).toEqual(
      without,
    )
    const some = await trained({ ...plain, regularization: l2(0.01, { except: ['dense1'] }) })
    const all = await trained({ ...plain, regularization: weightDecay(0.02) })
    const norm = async (run: Run, name: string) => Math.hypot(...(await run.weights('last')).get(name)!.data)
    const free = await trained(plain)
    expect(await norm(some, 'dense0.weight')).toBeLessThan(0.99 * (await norm(free, 'dense0.weight')))
    expect(await norm(some, 'dense1.weight')).toBeGreaterThan(0.99 * (await norm(free, 'dense1.weight')))
    expect(await norm(all, 'dense1.weight')).toBeLessThan(0.99 * (await norm(free, 'dense1.weight')))
    expect(await norm(all, 'batchNorm0.weight')).toBeLessThan(await norm(free, 'batchNorm0.weight'))
  })

  test('loss, augmentation, normalization and order change what is learned', async () => {
    const first = await bits(await trained(plain))
    const { augmentation } = smallExperiment
    const changes: Partial<ExperimentConfig>[] = [
      { loss: { type: 'crossEntropy', labelSmoothing: 0.1 } },
      { augmentation: { ...augmentation, shift: 2 } },
      { augmentation: { ...augmentation, flip: true } },
      { augmentation: { ...augmentation, crop: { padding: 2, mode: 'reflect' } } },
      { augmentation: { ...augmentation, cutout: 6 } },
      { augmentation: { ...augmentation, randAugment: { operations: 2, magnitude: 9 } } },
      { augmentation: { ...augmentation, randomErasing: { probability: 0.5, scale: [0.1, 0.3], ratio: [0.5, 2] } } },
      { augmentation: { ...augmentation, mixing: { mixup: 0.4, cutmix: 0, probability: 1 } } },
      { augmentation: { ...augmentation, mixing: { mixup: 0, cutmix: 1, probability: 0.5 } } },
      { batches: 'kerasSequence' },
    ]
    for (const change of changes) {
      expect(await bits(await trained({ ...plain, ...change }))).not.toEqual(first)
    }
  })

  test('batches are those of Keras', async () => {
    const run = await trained({ batches: 'kerasSequence', batchSize: 120, epochs: 3 })
    expect(await run.steps()).toHaveLength(3 * 4 * 2)
  })

  test('precision and memory format are recorded', async () => {
    const run = await trained({ precision: 'bf16', memoryFormat: 'contiguous' })
    expect(run.environment).toMatchObject({ precision: 'bf16', memoryFormat: 'contiguous' })
  })

  test('a network of convolutions on synthetic images learns, and top-5 accuracy is recorded', async () => {
    const run = await trained({
      data: synthetic({ shape: [3, 16, 16], classes: 10, train: 2000, test: 500 }),
      model: network({
        layers: [
          conv({ name: 'conv0', filters: 8, kernel: 3, padding: 'same' }),
          relu({ name: 'relu0' }),
          residual({
            name: 'block0',
            layers: [conv({ name: 'block0.conv0', filters: 16, kernel: 3, stride: 2, padding: 'same' })],
            shortcut: [conv({ name: 'block0.shortcut', filters: 16, kernel: 1, stride: 2 })],
          }),
          batchNorm({ name: 'batchNorm0' }),
          flatten({ name: 'flatten' }),
          dense({ name: 'dense0', units: 10 }),
        ],
      }),
      augmentation: { ...smallExperiment.augmentation, shift: 1 },
      validation: { share: 0.1 },
      regularization: l2(1e-4, { except: ['dense0'] }),
      loss: kerasCrossEntropy(),
      learningRate: constant(3 ** -3),
      normalization: 'channel',
      epochs: 2,
    })
    expect(run.rotation.layers).toEqual(['conv0', 'block0.conv0', 'block0.shortcut', 'dense0'])
    const [first, last] = [run.metrics[0]!, run.metrics.at(-1)!]
    expect(last.trainLoss).toBeLessThan(first.trainLoss)
    expect(last.valAccuracy).toBeGreaterThan(0.9)
    expect(last.testAccuracy).toBeGreaterThan(0.9)
    expect(first.testTop5Accuracy).toBeGreaterThan(first.testAccuracy!)
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

  test('a batch larger than the subset that an override leaves', async () => {
    expect(await attempt({ data: mnist({ perClass: 4 }), batchSize: 41 })).toBe(
      'INVALID_CONFIG: batchSize is 41; expected at most 40, the number of training images with data.perClass 4; change one of them',
    )
  })

  test('more images of a class than there are', async () => {
    expect(await attempt({ data: mnist({ perClass: 6000 }) })).toContain('INVALID_CONFIG: data.perClass is 6000;')
  })

  test('a batch larger than what the validation split leaves', async () => {
    expect(await attempt({ validation: { share: 0.1 }, batchSize: 1000 })).toBe(
      'INVALID_CONFIG: batchSize is 1000; expected at most 900, the number of training images that do not validate',
    )
  })

  test('a validation split without images', async () => {
    expect(await attempt({ validation: { share: 0.0001 } })).toContain(
      'INVALID_CONFIG: validation.share is 0.0001: of 1000 training images 0 validate and 1000 train',
    )
  })

  test('a table of rates for another number of steps', async () => {
    const learningRate = scheduleFrom(() => 0.1, { epochs: 3, stepsPerEpoch: 9 })
    expect(await attempt({ learningRate })).toBe(
      "INVALID_CONFIG: learningRate.stepsPerEpoch is 9; expected 10, the steps of the run's epochs, or null",
    )
  })

  test('initial weights that are missing, are not weights, or are those of another model', async () => {
    expect(await attempt({ initialWeights: 'no/such' })).toBe(
      'MISSING_FILE: no/such does not exist; expected a safetensors file',
    )
    expect(await attempt({ initialWeights: 'package.json' })).toContain(
      'INVALID_FILE: package.json is not a safetensors file but JSON; the index of weights',
    )
    const file = join(temporaryFolder(), 'f')
    await saveWeights(file, new Map([['dense0.weight', { shape: [1], data: Float32Array.of(1) }]]))
    expect(await attempt({ initialWeights: file })).toContain(`INVALID_FILE: ${file} does not fit the model:`)
  })

  test('data that is not there', async () => {
    expect(await attempt({ data: mnist({ folder: 'no/such' }) })).toContain('MISSING_FILE: no/such does not hold')
  })

  test('a device that this machine does not have', async () => {
    expect(await attempt({ device: 'cuda:99' })).toContain('DEVICE_UNAVAILABLE: ')
  })

  test('a label that is not a name', async () => {
    expect(await failure(() => train(smallExperiment, { runsFolder: 'no/such', label: '../up' }))).toContain(
      'INVALID_CONFIG: label: the value is "../up"; expected a name',
    )
    expect(existsSync('no')).toBe(false)
  })

  test('a folder that exists', async () => {
    const folder = temporaryFolder()
    expect(await failure(() => train(smallExperiment, { folder }))).toContain(`RUN_EXISTS: ${folder} already exists`)
    expect(readdirSync(folder)).toEqual([])
  })
})
