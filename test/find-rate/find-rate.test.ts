import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  alphaMultipliers,
  experiment,
  findRate,
  layca,
  plateau,
  sgd,
  tabulated,
  train,
  type ExperimentInput,
  type RateSearch,
  type RateSearchProgress,
} from '../../src/index.js'
import { failure } from '../support/failure.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { smallExperiment } from '../train/small-experiment.js'

const config = (change: Partial<ExperimentInput> = {}) =>
  experiment({ ...smallExperiment, threads: 1, optimizer: sgd({ momentum: 0.9 }), ...change })

/** 25 steps of a network with 10 steps an epoch, at rates that explode nowhere. */
const options = { low: 1e-4, high: 1e-1, steps: 25 }

const column = ({ layers }: RateSearch, values: Float64Array, layer: number) =>
  Array.from(values).filter((_, i) => i % layers.length === layer)

test('makes the steps of a training with the same rates, to the same bits', async () => {
  const change = { multipliers: alphaMultipliers(0.5), validation: { share: 0.1 }, augmentation: { shift: 1 } }
  const search = await findRate(config(change), options)
  expect(search.end).toBe('finished')
  expect(search.rates).toHaveLength(25)
  expect(search.rates[0]).toBe(1e-4)
  expect(search.rates.at(-1)).toBeCloseTo(0.1, 15)
  for (let i = 1; i < 25; i++) expect(search.rates[i]! / search.rates[i - 1]!).toBeCloseTo(1000 ** (1 / 24), 12)

  // 900 images train, in 9 steps an epoch.
  const learningRate = tabulated([...search.rates, 0.1, 0.1], { stepsPerEpoch: 9 })
  const run = await train(config({ ...change, learningRate, record: { steps: 1 } }), {
    folder: join(temporaryFolder(), 'run'),
  })
  const recorded = await run.steps(['angle', 'rotation'])
  expect(search.angles).toEqual(recorded.column('angle').slice(0, 50))
  expect(search.rotations).toEqual(recorded.column('rotation').slice(0, 50))
  const first = search.losses.slice(0, 9).reduce((sum, loss) => sum + loss / 9, 0)
  expect(first / run.metrics[0]!.trainLoss).toBeCloseTo(1, 6)
  expect(search.smoothedLosses[0]).toBeCloseTo(search.losses[0]!, 12)
  expect(await findRate(config(change), options)).toEqual(search)
})

test('under Layca the angle is that of the rate, times the factors of multipliers and groups', async () => {
  const search = await findRate(
    config({
      optimizer: layca(sgd()),
      multipliers: alphaMultipliers(0.5),
      groups: [{ match: { layers: ['dense1'] }, rate: 3 }],
    }),
    options,
  )
  const factors = [0.5 ** 5, 3]
  for (const [layer, factor] of factors.entries()) {
    for (const [step, angle] of column(search, search.angles, layer).entries()) {
      expect(angle / Math.atan(factor * search.rates[step]!)).toBeCloseTo(1, 3)
    }
  }
})

test('the angle of a frozen layer is 0', async () => {
  const search = await findRate(config({ groups: [{ match: { layers: ['dense0'] }, trained: false }] }), options)
  expect(column(search, search.angles, 0)).toEqual(Array(25).fill(0))
  expect(Math.min(...column(search, search.angles, 1))).toBeGreaterThan(0)
})

describe('the search ends', () => {
  test('when the smoothed loss is four times its least value', async () => {
    const search = await findRate(config(), { low: 1e-3, high: 1e4, steps: 200 })
    expect(search.end).toBe('lossRose')
    const { smoothedLosses: losses } = search
    const least = Math.min(...losses)
    expect(losses.length).toBeLessThan(200)
    expect(losses.at(-1)! / least).toBeGreaterThan(4)
    expect(losses.at(-2)! / least).toBeLessThanOrEqual(4)
    expect(search.suggestions.valley).toBeGreaterThan(1e-3)
    expect(search.suggestions.steepest).toBeLessThan(10)
  })

  test('when a step diverges', async () => {
    const search = await findRate(config(), { low: 1e30, high: 1e38, steps: 20 })
    expect(search.end).toBe('diverged')
    expect(search.losses.length).toBeLessThan(3)
    expect(search.suggestions).toEqual({ valley: null, steepest: null, minimum: null })
  })

  test('when it is stopped, or its listener fails', async () => {
    const controller = new AbortController()
    const seen: RateSearchProgress[] = []
    const onProgress = (progress: RateSearchProgress) => {
      seen.push(progress)
      if (seen.length === 3) controller.abort()
    }
    expect(await failure(() => findRate(config(), { ...options, onProgress, signal: controller.signal }))).toBe(
      'INTERRUPTED: the search was stopped; nothing was written',
    )
    expect(seen.map(({ step, steps }) => [step, steps])).toEqual([
      [1, 25],
      [2, 25],
      [3, 25],
    ])
    const failing = findRate(config(), {
      ...options,
      onProgress: () => {
        throw new Error('enough')
      },
    })
    await expect(failing).rejects.toThrow('enough')
  })
})

test('it writes nothing, and names the setting that a rate is for', async () => {
  const before = readdirSync('.')
  const setting = async (learningRate: ExperimentInput['learningRate']) =>
    (await findRate(config({ learningRate }), { ...options, steps: 20 })).setting
  expect(await setting(smallExperiment.learningRate)).toBe('learningRate.initial')
  expect(await setting(plateau(0.1, { metric: 'trainLoss' }))).toBe('learningRate.initial')
  expect(await setting(tabulated([1, 1, 1]))).toBeNull()
  expect(readdirSync('.')).toEqual(before)
})

test.each<[object, string]>([
  [{ low: 0 }, 'findRate: low is 0'],
  [{ low: 1, high: 1 }, 'findRate: high: the rates do not rise; expected a number above low'],
  [{ low: 20 }, 'findRate: high: the rates do not rise'],
  [{ steps: 19 }, 'findRate: steps is 19'],
  [{ step: 100 }, 'findRate: unknown key "step"; did you mean "steps"?'],
  [{ high: 1e39 }, 'findRate: high: 1e+39 becomes Infinity in fp32'],
  [{ low: 1e-300 }, 'findRate: low: 1e-300 becomes 0 in fp32; expected at least 1.2e-38'],
])('%j is refused', async (wrong, message) => {
  expect(await failure(() => findRate(config(), wrong))).toContain(message)
})
