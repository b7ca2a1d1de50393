import { describe, expect, test } from 'vitest'
import { bestEpoch, type EpochMetrics, type InitialMetrics } from '../../src/run/metrics.js'
import { metricsHeader, metricsLine, parseMetrics, parseMetricsRows } from '../../src/run/metrics-csv.js'
import { failure } from '../support/failure.js'

const row = (epoch: number, valAccuracy: number | null): EpochMetrics => ({
  epoch,
  learningRate: 0.1,
  trainLoss: 0.5,
  trainAccuracy: 0.9,
  valLoss: 0.7,
  valAccuracy,
  testLoss: 0.6,
  testAccuracy: 0.89,
  seconds: 1.5,
  valTop5Accuracy: 0.98,
  testTop5Accuracy: 0.99,
  examplesPerSecond: 2000,
  peakMemory: 2 ** 30,
  custom: {},
})

const header =
  'epoch,learning_rate,train_loss,train_accuracy,val_loss,val_accuracy,test_loss,test_accuracy,seconds,val_top5_accuracy,test_top5_accuracy'

describe('metrics.csv', () => {
  test('ends with speed and memory', () => {
    expect(metricsHeader).toBe(`${header},examples_per_second,peak_memory\n`)
    expect(metricsLine(row(1, 0.8))).toBe('1,0.1,0.5,0.9,0.7,0.8,0.6,0.89,1.5,0.98,0.99,2000,1073741824\n')
    expect(parseMetrics(metricsHeader + metricsLine(row(1, 0.8)), 'f')).toEqual([row(1, 0.8)])
  })

  test('may lack those two, as a file of another program', () => {
    const text = `${header}\n1,0.1,0.5,0.9,0.7,0.8,0.6,0.89,1.5,0.98,0.99\n`
    expect(parseMetrics(text, 'f')).toEqual([{ ...row(1, 0.8), examplesPerSecond: null, peakMemory: null }])
  })

  test('may have columns of the caller', () => {
    const columns = [...metricsHeader.trimEnd().split(','), 'probe', 'sharpness']
    const custom = { probe: 0.25, sharpness: null }
    const text = `${columns.join(',')}\n${metricsLine({ ...row(1, 0.8), custom }, columns)}`
    expect(parseMetrics(text, 'f')).toEqual([{ ...row(1, 0.8), custom }])
  })

  test.each([
    ['another column', header.replace('seconds', 'minutes')],
    ['a column missing', header.replace(',seconds', '')],
    ['no top-5 accuracies', header.replace(',val_top5_accuracy,test_top5_accuracy', '')],
    ['another order', header.replace('val_top5_accuracy,test_top5_accuracy', 'test_top5_accuracy,val_top5_accuracy')],
  ])('with %s is refused', async (_, found) => {
    expect(await failure(() => parseMetrics(`${found}\n`, 'f'))).toBe(
      `INVALID_FILE: f:1: the columns are ${found}; expected ${header}, and after them others, each once`,
    )
  })

  test.each(['probe,probe', 'seconds', 'my probe', '', '2nd', 'toString', 'a'.repeat(65)])(
    'with %j after its own columns is refused',
    async (further) => {
      expect(await failure(() => parseMetrics(`${header},${further}\n`, 'f'))).toBe(
        `INVALID_FILE: f:1: the columns have "${further.split(',').at(-1)}"; expected ${header}, and after them others, each once`,
      )
    },
  )
})

describe('row 0', () => {
  const scores = { valLoss: null, valAccuracy: null, testLoss: 2.3, testAccuracy: 0.1 }
  const initial: InitialMetrics = { epoch: 0, ...scores, seconds: 0.2, valTop5Accuracy: null, testTop5Accuracy: 0.5 }

  test('has the scores before the first step, and is none of the epochs', () => {
    const text = metricsHeader + metricsLine(initial) + metricsLine(row(1, 0.8))
    expect(text.split('\n')[1]).toBe('0,,,,,,2.3,0.1,0.2,,0.5,,')
    expect(parseMetricsRows(text, 'f')).toEqual({ initial, metrics: [row(1, 0.8)] })
    expect(parseMetrics(text, 'f')).toEqual([row(1, 0.8)])
    expect(parseMetricsRows(metricsHeader + metricsLine(initial), 'f')).toEqual({ initial, metrics: [] })
  })

  test('is refused anywhere else, and with values out of range', async () => {
    const twice = metricsHeader + metricsLine(initial) + metricsLine(initial)
    expect(await failure(() => parseMetrics(twice, 'f'))).toBe(
      'INVALID_FILE: f:3: learning_rate is empty; expected a number',
    )
    const wrong = metricsHeader + metricsLine({ ...initial, testAccuracy: 7 })
    expect(await failure(() => parseMetrics(wrong, 'f'))).toContain('f:2: column test_accuracy: found 7')
  })
})

describe('a row of metrics.csv', () => {
  const text = (...rows: Partial<EpochMetrics>[]) =>
    metricsHeader + rows.map((change) => metricsLine({ ...row(1, 0.8), ...change })).join('')

  test('may hold what a training that diverged leaves', () => {
    const diverged = { trainLoss: NaN, trainAccuracy: NaN, testLoss: Infinity, learningRate: NaN }
    expect(parseMetrics(text(diverged), 'f')).toEqual([{ ...row(1, 0.8), ...diverged }])
  })

  test.each<[Partial<EpochMetrics>, string]>([
    [{ trainAccuracy: -5 }, 'column train_accuracy: found -5; expected 0 to 1, or NaN'],
    [{ testAccuracy: 16 }, 'column test_accuracy: found 16; expected 0 to 1, or NaN'],
    [{ valTop5Accuracy: 1.01 }, 'column val_top5_accuracy: found 1.01; expected 0 to 1, or NaN'],
    [{ testLoss: 1e308 }, 'column test_loss: found 1e+308; expected -1 to 3.5e+38, or NaN, or Infinity'],
    [{ trainLoss: -2 }, 'column train_loss: found -2'],
    [{ epoch: NaN }, 'column epoch: found NaN; expected 0 to 1000000000'],
    [{ epoch: 1e308 }, 'column epoch: found 1e+308; expected 0 to 1000000000'],
    [{ learningRate: -0.1 }, 'column learning_rate: found -0.1; expected at least 0, or NaN'],
    [{ seconds: Infinity }, 'column seconds: found Infinity'],
  ])('with %j is refused', async (change, message) => {
    expect(await failure(() => parseMetrics(text({ epoch: 0.5 }, change), 'f'))).toContain(
      `INVALID_FILE: f:3: ${message}`,
    )
  })

  test('of an epoch before the last one is refused', async () => {
    expect(await failure(() => parseMetrics(text({ epoch: 2 }, { epoch: 1 }), 'f'))).toBe(
      'INVALID_FILE: f:3: column epoch: found 1 after 2; expected numbers that do not fall',
    )
  })
})

describe('the best epoch', () => {
  test('is the first with the largest validation accuracy', () => {
    const accuracies = [0, 0.5, 0.4, 0.5, null]
    expect(bestEpoch(accuracies.map((accuracy, i) => row(i + 1, accuracy)))?.epoch).toBe(2)
    expect(bestEpoch([row(1, 0), row(2, 0)])?.epoch).toBe(1)
  })

  test('does not exist if nothing was validated', () => {
    expect(bestEpoch([row(1, null)])).toBeUndefined()
    expect(bestEpoch([])).toBeUndefined()
  })
})
