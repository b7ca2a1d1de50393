import type { Run } from '../run/open-run.js'
import { curves, type ValueScale } from './curves.js'
import { decades } from './decades.js'
import type { FigureSource } from './figure.js'

/** The figure of the cross-entropy by epoch; its axis is logarithmic if the loss falls by more than a factor of 20. */
export function loss(runs: readonly Run[]): FigureSource {
  const { spec, remark } = curves(runs, {
    title: 'cross-entropy loss',
    train: (row) => row.trainLoss,
    test: (row) => row.testLoss,
    scale: lossScale,
  })
  return {
    name: 'loss',
    title: 'Cross-entropy loss by epoch, training dashed and test solid',
    caption:
      'Mean cross-entropy by epoch: dashed over the training data while the weights move, solid over the test data ' +
      `after the epoch.${remark}`,
    spec,
  }
}

function lossScale(values: readonly number[]): ValueScale {
  const positive = values.filter((value) => value > 0)
  const largest = positive.reduce((a, b) => Math.max(a, b), 0) || 1
  const smallest = positive.reduce((a, b) => Math.min(a, b), largest)
  if (largest / smallest <= 20) return { type: 'linear', domain: [0, largest * 1.05] }
  const domain: [number, number] = [smallest / 1.15, largest * 1.15]
  return { type: 'log', domain, ticks: decades(domain) }
}
