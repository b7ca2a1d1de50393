import type { Run } from '../run/open-run.js'
import { curves } from './curves.js'
import type { FigureSource } from './figure.js'

/** The figure of the accuracy on the training and the test data by epoch, in percent. */
export function accuracy(runs: readonly Run[]): FigureSource {
  const percent = (value: number | null) => (value === null ? null : value * 100)
  // In its first tenth a run climbs from chance, which would flatten the rest; those epochs may lie below the panel.
  const settled = runs.flatMap(({ metrics }) =>
    metrics
      .slice(Math.floor(metrics.length / 10))
      .flatMap((row) => [row.trainAccuracy, row.testAccuracy])
      .flatMap((value) => (value === null ? [] : [value * 100])),
  )
  const domain = accuracyDomain(settled)
  const { spec, remark } = curves(runs, {
    title: 'accuracy (%)',
    train: (row) => percent(row.trainAccuracy),
    test: (row) => percent(row.testAccuracy),
    scale: () => ({ type: 'linear', domain }),
  })
  return {
    name: 'accuracy',
    title: 'Accuracy by epoch, training dashed and test solid',
    caption:
      'Accuracy by epoch: dashed over the training data while the weights move, solid over the test data after the ' +
      `epoch.${domain[0] > 0 ? ' The axis leaves out what lies below; curves enter from there.' : ''}${remark}`,
    spec,
  }
}

/**
 * The narrowest of 98 … 100, 95 … 100, 90 … 100 … that holds all values, and a margin that keeps a line at 100 visible.
 */
export function accuracyDomain(percents: readonly number[]): [number, number] {
  const lowest = percents.reduce((a, b) => Math.min(a, b), 100)
  const bound = [98, 95, 90, 80, 50].find((bound) => bound <= lowest - 0.1 * (100 - bound)) ?? 0
  return [bound, 100 + 0.015 * (100 - bound)]
}
