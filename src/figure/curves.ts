import type { TopLevelSpec } from 'vega-lite'
import type { EpochMetrics } from '../run/metrics.js'
import type { Run } from '../run/open-run.js'
import { readFontMetrics } from './font.js'
import { labelRuns } from './run-labels.js'
import { inOrder, epochsReached, runScale } from './series.js'
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
  test: (metrics: EpochMetrics) => number | null
  /** Chooses the scale from the finite values that are drawn. */
  scale: (values: readonly number[]) => ValueScale
}

/** The specification of a measure by epoch: dashed in training, solid on the test images, one colour for each run. */
export function curves(runs: readonly Run[], { title, train, test, scale }: CurvesOptions): TopLevelSpec {
  const naming = labelRuns(runs)
  const splits = [
    ['test', test],
    ['train', train],
  ] as const
  const values = inOrder(runs, naming).flatMap(({ run, label }) =>
    splits.flatMap(([split, measure]) => {
      const known = run.metrics.flatMap((row) => {
        const value = measure(row)
        return value !== null && Number.isFinite(value) ? [{ run: label, split, epoch: row.epoch, value }] : []
      })
      return thin(known.length, 300).flatMap((i) => known[i] ?? [])
    }),
  )
  const columns = legendColumns([naming.title, ...naming.labels])
  const legendRows = Math.ceil(runs.length / columns)
  const { type, domain, ticks } = scale(values.map((row) => row.value))
  return {
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
        axis: { title: 'epoch', tickCount: 6 },
      },
      y: {
        field: 'value',
        type: 'quantitative',
        scale: { type, domain, nice: false },
        axis: ticks ? { title, values: ticks, format: '~g' } : { title, tickCount: 6 },
      },
      color: {
        field: 'run',
        type: 'nominal',
        scale: runScale(naming),
        legend:
          runs.length > 1
            ? {
                title: naming.title,
                orient: 'top',
                titleOrient: 'left',
                symbolType: 'stroke',
                columns,
              }
            : null,
      },
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
}

/** The number of legend entries that fit beside the title: each is a symbol, gaps and text at 10.5 px. */
function legendColumns([title = '', ...labels]: readonly string[]): number {
  const metrics = readFontMetrics()
  const entry = Math.max(...labels.map((label) => Math.min(240, metrics.width(label) * 10.5))) + 32
  return Math.max(1, Math.floor((columnWidth - 20 - metrics.width(title) * 10.5) / entry))
}
