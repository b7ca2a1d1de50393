import { describe, expect, test } from 'vitest'
import { bestEpoch, metricsHeader, metricsLine, parseMetrics, type EpochMetrics } from '../../src/run/metrics.js'
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
})

const header =
  'epoch,learning_rate,train_loss,train_accuracy,val_loss,val_accuracy,test_loss,test_accuracy,seconds,val_top5_accuracy,test_top5_accuracy'

describe('metrics.csv', () => {
  test('ends with the top-5 accuracies', () => {
    expect(metricsHeader).toBe(`${header}\n`)
    expect(metricsLine(row(1, 0.8))).toBe('1,0.1,0.5,0.9,0.7,0.8,0.6,0.89,1.5,0.98,0.99\n')
    expect(parseMetrics(metricsHeader + metricsLine(row(1, 0.8)), 'f')).toEqual([row(1, 0.8)])
  })

  test.each([
    ['another column', header.replace('seconds', 'minutes')],
    ['a column missing', header.replace(',seconds', '')],
    ['no top-5 accuracies', header.replace(',val_top5_accuracy,test_top5_accuracy', '')],
    ['a column too many', `${header},more`],
    ['another order', header.replace('val_top5_accuracy,test_top5_accuracy', 'test_top5_accuracy,val_top5_accuracy')],
  ])('with %s is refused', async (_, found) => {
    expect(await failure(() => parseMetrics(`${found}\n`, 'f'))).toBe(
      `INVALID_FILE: f:1: the columns are ${found}; expected ${header}`,
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
