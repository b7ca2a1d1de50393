import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  alphaMultipliers,
  experiment,
  plateau,
  rateTable,
  type EpochMetrics,
  type ExperimentInput,
  type PlateauConfig,
} from '../../../src/index.js'
import { plateauRates } from '../../../src/train/rates/plateau-rates.js'
import { resume } from '../../../src/train/resume.js'
import { train } from '../../../src/train/train.js'
import { failure } from '../../support/failure.js'
import { needsPyTorch, pytorch } from '../../support/pytorch/pytorch.js'
import { temporaryFolder } from '../../support/temporary-folder.js'
import { fakeTraining } from '../fake-training.js'
import { measured } from '../killed-run.js'
import { smallExperiment } from '../small-experiment.js'

const noRates = () => Promise.resolve(new Float64Array())
const source = (config: PlateauConfig, multipliers: ReturnType<typeof alphaMultipliers> | null = null) =>
  plateauRates(config, { multipliers }, ['a', 'b', 'c'], 2)

/** An epoch in which every measure is `value`. */
const after = (value: number | null): EpochMetrics => ({
  epoch: 1,
  learningRate: 0.1,
  trainLoss: value ?? NaN,
  trainAccuracy: 0.5,
  valLoss: value,
  valAccuracy: value,
  testLoss: null,
  testAccuracy: null,
  seconds: 1,
  valTop5Accuracy: null,
  testTop5Accuracy: null,
  examplesPerSecond: 1000,
  peakMemory: 2 ** 30,
  custom: {},
})

/** The rates after each value. */
function ratesAfter(config: PlateauConfig, values: readonly (number | null)[]): number[] {
  const rates = source(config)
  return values.map((value) => {
    rates.afterEpoch?.(after(value))
    return rates.nominalRate(0, 0)
  })
}

describe('the rates of a plateau', () => {
  needsPyTorch()

  test('are those of ReduceLROnPlateau, to the bit', async () => {
    let seed = 1
    const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647
    const among = <Value>(...values: Value[]): Value => values[Math.floor(random() * values.length)]!
    const cases = Array.from({ length: 400 }, () => {
      const metric = among('trainLoss', 'valLoss', 'valAccuracy')
      const config = plateau(among(0.1, 3 ** -2, 1e-3, 1e-7), {
        metric,
        factor: among(0.1, 0.5, 0.2, 0.99),
        patience: among(0, 1, 2, 5),
        threshold: among(0, 1e-4, 0.1, 1),
        thresholdMode: among('relative', 'absolute'),
        cooldown: among(0, 1, 3),
        minimum: among(0, 1e-3, 0.05),
      })
      // Steps of a tenth, so that ties and values at the threshold come up.
      let value = 1
      const values = Array.from({ length: 60 }, () => (value = Math.round(10 * (value + (random() - 0.5) / 4)) / 10))
      return { config, values }
    })
    const theirs = (await pytorch(
      'test/train/rates/torch_plateau.py',
      cases.map(({ config, values }) => {
        const { initial, metric, factor, patience, threshold, thresholdMode, cooldown, minimum } = config
        const mode = metric === 'valAccuracy' ? 'max' : 'min'
        const [threshold_mode, min_lr] = [thresholdMode === 'relative' ? 'rel' : 'abs', minimum]
        return [initial, { mode, factor, patience, threshold, threshold_mode, cooldown, min_lr }, values]
      }),
    )) as number[][]
    for (const [i, { config, values }] of cases.entries()) {
      expect(ratesAfter(config, values), JSON.stringify(config)).toEqual(theirs[i])
    }
    const reduced = theirs.filter((rates, i) => rates.at(-1)! < cases[i]!.config.initial)
    expect(reduced.length).toBeGreaterThan(200)
  })

  test('wait for epochs in which the measure is known', () => {
    const config = plateau(1, { factor: 0.5, patience: 1 })
    expect(ratesAfter(config, [1, null, null, 1, null, 1])).toEqual([1, 1, 1, 1, 1, 0.5])
  })

  test('go on from a state that went through JSON', () => {
    const config = plateau(1, { factor: 0.5, patience: 2, cooldown: 2 })
    const values = [0.3, 0.3, 0.30001, 0.3, 0.3, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]
    const expected = ratesAfter(config, values)
    for (let at = 0; at < values.length; at++) {
      const [before, later] = [source(config), source(config)]
      for (const value of values.slice(0, at)) before.afterEpoch?.(after(value))
      later.restore(JSON.parse(JSON.stringify(before.state())))
      for (const value of values.slice(at)) later.afterEpoch?.(after(value))
      expect(later.nominalRate(0, 0)).toBe(expected.at(-1))
    }
  })

  test('refuse a damaged state', async () => {
    const rates = source(plateau(1))
    expect(await failure(() => rates.restore({ rate: -1 }))).toMatch(/^INVALID_FILE: the rates in the checkpoint/)
  })

  test('are the same at all steps of an epoch, times the multipliers', async () => {
    const rates = source(plateau(1, { patience: 0 }), alphaMultipliers(0.5))
    const first = await rates.rates(0, 0, 2, noRates)
    const multiples = rateTable(
      { learningRate: { type: 'constant', initial: 1 }, multipliers: alphaMultipliers(0.5), epochs: 1 },
      ['a', 'b', 'c'],
      0,
      2,
    )
    expect(first).toEqual(multiples)
    for (const value of [1, 1]) rates.afterEpoch?.(after(value))
    expect(await rates.rates(1, 0, 2, noRates)).toEqual(multiples.map((rate) => rate * 0.1))
  })
})

describe('a run on a plateau', () => {
  const learningRate = plateau(0.2, { metric: 'valLoss', factor: 0.5, patience: 1 })
  const config = (change: Partial<ExperimentInput>) =>
    experiment({ ...smallExperiment, learningRate, validation: { share: 0.1 }, threads: 1, ...change })

  test('logs each reduction that matters, and its rows have the rates', async () => {
    const losses = [1, 0.8, 0.8, 0.9, 0.7, 0.8, 0.8]
    const change = { learningRate, epochs: losses.length, validation: { share: 0.1 } }
    const { training, run } = await fakeTraining(change, (_, epoch) => ({ loss: losses[epoch - 1]! }))
    await training.run()
    const { metrics, folder } = await run()
    expect(metrics.map((row) => row.learningRate)).toEqual([0.2, 0.2, 0.2, 0.2, 0.1, 0.1, 0.1])
    const log = readFileSync(join(folder, 'run.log'), 'utf8')
    expect(log).toContain('the learning rate falls from 0.2 to 0.1: valLoss is not better than 0.8')
    // It would fall again after the last epoch, which no step would see.
    expect(log.match(/the learning rate falls/g)).toHaveLength(1)
  })

  test('that is resumed comes to the same bits', async () => {
    // No improvement of half the loss comes in so few epochs, so that the rate falls every other epoch.
    const settings = config({
      learningRate: plateau(0.2, { factor: 0.5, patience: 0, threshold: 0.5, cooldown: 1 }),
      evaluation: { every: 2 },
      epochs: 8,
      checkpoint: { everyEpochs: 1 },
    })
    const whole = await train(settings, { folder: join(temporaryFolder(), 'run') })
    const rates = whole.metrics.map((row) => row.learningRate)
    expect(new Set(rates).size).toBe(2)
    for (const epochs of [3, 4, 5]) {
      const folder = join(temporaryFolder(), 'run')
      const controller = new AbortController()
      const onEpochEnd = ({ epoch }: { epoch: number }) => void (epoch === epochs && controller.abort())
      const stopped = train(settings, { folder, signal: controller.signal, onEpochEnd })
      expect(await failure(() => stopped)).toContain(`INTERRUPTED: stopped after ${epochs} of 8`)
      await resume(folder)
      expect(measured(folder)).toEqual(measured(whole.folder))
    }
  })

  test('needs its measure, and rates that fp32 holds', async () => {
    expect(await failure(() => config({ validation: null }))).toContain(
      'learningRate.metric: valLoss needs images that validate; expected trainLoss, or a validation beside it',
    )
    config({ validation: null, learningRate: plateau(0.2, { metric: 'trainLoss' }) })
    expect(
      await failure(() =>
        config({ learningRate: plateau(3e38), multipliers: { type: 'table', layers: {}, others: 10 } }),
      ),
    ).toContain('the rate of dense0 becomes Infinity in epoch 1')
    expect(await failure(() => plateau(0.1, { factor: 1 }))).toMatch(/^INVALID_CONFIG: plateau: factor is 1/)
  })

  test('has no rates before it', async () => {
    const table = () => rateTable({ learningRate, multipliers: null, epochs: 2 }, ['a'], 0, 1)
    expect(await failure(table)).toContain(
      'learningRate is plateau, whose rates follow what is measured during the run; expected a schedule',
    )
    const nested = { type: 'warmup', schedule: learningRate, epochs: 1 } as unknown as typeof learningRate
    expect(await failure(() => config({ learningRate: nested }))).toContain(
      'learningRate.schedule.type is "plateau"; expected one of constant, steps,',
    )
  })
})
