import type { TopLevelSpec } from 'vega-lite'
import type { EpochMetrics, ScoreColumns } from '../run/metrics.js'
import type { Run } from '../run/open-run.js'
import { widthOf } from './fit-text.js'
import { eachRun, runColour } from './run-colour.js'
import { labelRuns, type RunLabels } from './run-labels.js'
import { drawnSeries, epochsReached, mostCurves, pointsPerCurve } from './series.js'
import { columnWidth } from './theme.js'
import { thin } from './thin.js'

export interface ValueScale {
  type: 'linear' | 'log'
  domain: [number, number]
  ticks?: number[]
}

export interface CurvesOptions {
  /** Title of the y axis. */
  title: string
  train: (metrics: EpochMetrics) => number | null
  test: (scores: ScoreColumns) => number | null
  /** Chooses the scale from the finite values that are drawn. */
  scale: (values: readonly number[]) => ValueScale
}

/** A measure by epoch. */
export interface Curves {
  spec: TopLevelSpec
  /** A sentence on the runs that are not drawn; empty if all are. */
  remark: string
}

/** Draws a measure by epoch: dashed in training, solid on the test data, one colour for each run. */
export function curves(runs: readonly Run[], { title, train, test, scale }: CurvesOptions): Curves {
  const naming = labelRuns(runs)
  const { series, remark } = drawnSeries(runs, naming, mostCurves)
  const limit = pointsPerCurve(series.length)
  const values = series.flatMap(({ run, label, place }) => {
    const { initial, metrics } = run
    const splits = {
      test: [...(initial ? [initial] : []), ...metrics].map((row) => ({ epoch: row.epoch, value: test(row) })),
      train: metrics.map((row) => ({ epoch: row.epoch, value: train(row) })),
    }
    return Object.entries(splits).flatMap(([split, points]) => {
      const known = points.flatMap(({ epoch, value }) =>
        value !== null && Number.isFinite(value) ? [{ run: label, place, split, epoch, value }] : [],
      )
      return thin(known.length, limit).flatMap((i) => known[i] ?? [])
    })
  })
  const { columns, titleOrient } = legendLayout(naming)
  const top = { orient: 'top' as const, titleOrient, columns }
  const color = runColour(naming, runs.length > 1 ? top : null)
  const legendRows = color.type === 'nominal' ? Math.ceil(runs.length / columns) + (titleOrient === 'top' ? 1 : 0) : 2
  const { type, domain, ticks } = scale(values.map((row) => row.value))
  const spec: TopLevelSpec = {
    width: columnWidth,
    height: 236 + 14 * legendRows,
    autosize: { type: 'fit', contains: 'padding' },
    data: { values: type === 'log' ? values.filter((row) => row.value > 0) : values },
    mark: { type: 'line', clip: true, strokeWidth: runs.length > 1 ? 1.1 : 1.4 },
    encoding: {
      x: {
        field: 'epoch',
        type: 'quantitative',
        scale: { domain: [0, epochsReached(runs)], nice: false },
        axis: { title: 'epoch', tickCount: 6, tickMinStep: 1 },
      },
      y: {
        field: 'value',
        type: 'quantitative',
        scale: { type, domain, nice: false },
        axis: ticks ? { title, values: ticks, format: '~g' } : { title, tickCount: 6 },
      },
      color,
      detail: eachRun,
      strokeDash: {
        field: 'split',
        type: 'nominal',
        title: null,
        scale: {
          domain: ['test', 'train'],
          range: [
            [1, 0],
            [3, 2],
          ],
        },
        legend: { orient: 'top', symbolType: 'stroke' },
      },
    },
  }
  return { spec, remark }
}

/**
 * The columns of legend entries that fit beside the title, or below it if not even one fits beside it. An entry is a symbol,
 * gaps and text at 10.5 px.
 */
function legendLayout({ title, labels }: RunLabels): { columns: number; titleOrient: 'left' | 'top' } {
  const widest = labels.reduce((most, label) => Math.max(most, widthOf(label)), 0)
  const columnsIn = (width: number) => Math.floor(width / (widest * 10.5 + 32))
  const room = columnWidth - 60 // The axis is beside the legend.
  const beside = columnsIn(room - widthOf(title) * 10.5)
  return beside > 0
    ? { columns: beside, titleOrient: 'left' }
    : { columns: Math.max(1, columnsIn(room)), titleOrient: 'top' }
}
