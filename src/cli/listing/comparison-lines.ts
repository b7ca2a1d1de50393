import { styleText } from 'node:util'
import { cosineDistance, count, decimals, percentOf, significant, signed } from '../../numbers.js'
import { printable } from '../../printable.js'
import type { Change } from '../../experiment/changes.js'
import type { RunComparison } from '../../run/compare-runs.js'
import { lastTested } from '../../run/metrics.js'
import type { TrainedRun } from '../../run/open-run.js'
import { shortPath } from '../terminal/path.js'
import { sparkline } from '../terminal/sparkline.js'
import { table } from '../terminal/table.js'

type Pair = RunComparison['runs']

/** The most layers with a row each; of more, the rows are those of the largest differences. */
const mostLayers = 12

const curveColumns = 30

/** Describes two runs: what differs between them, their last numbers side by side, and their curves. */
export function comparisonLines({ runs, settings, environment }: RunComparison): string[] {
  return [
    ...runs.map(({ folder }, i) => `${labels[i]}  ${shortPath(folder)}`),
    ...section('settings', settings, 'the settings that decide the numbers are the same'),
    ...section('environment', environment, 'software, hardware and data are the same'),
    '',
    ...results(runs),
    '',
    ...curves(runs),
  ]
}

const labels = ['A', 'B'] as const

/** @param same the sentence that stands for no changes */
function section(title: string, changes: readonly Change[], same: string): string[] {
  if (changes.length === 0) return ['', same]
  return [
    '',
    ...table(
      [{ title }, { title: 'A' }, { title: 'B' }],
      changes.map(({ path, from, to }) => [path, from, to].map(printable)),
    ),
  ]
}

function results(runs: Pair): string[] {
  const last = runs.map(({ metrics }) => metrics.at(-1))
  const tested = runs.map(({ metrics }) => lastTested(metrics))
  const rows: Row[] = [
    { title: 'epochs', values: runs.map(({ status }) => status.epoch), show: (value) => count(value) },
    {
      title: 'test accuracy (%)',
      values: tested.map((row) => percent(row?.testAccuracy)),
      show: (value) => decimals(value, 2),
      digits: 2,
    },
    { title: 'test loss', values: tested.map((row) => row?.testLoss), show: significant },
    {
      title: 'training accuracy (%)',
      values: last.map((row) => percent(row?.trainAccuracy)),
      show: (value) => decimals(value, 2),
      digits: 2,
    },
    { title: 'training loss', values: last.map((row) => row?.trainLoss), show: significant },
    { title: 'seconds', values: last.map((row) => row?.seconds), show: (value) => decimals(value, 1) },
    { title: 'mean rotation', values: runs.map(({ rotation }) => rotation.mean().at(-1)), ...rotationStyle },
    ...layerRows(runs),
  ]
  return table(
    [
      { title: 'after the last epoch' },
      { title: 'A', align: 'right' },
      { title: 'B', align: 'right' },
      { title: 'B − A', align: 'right' },
    ],
    rows.map(({ title, values: [a, b], show, digits }) => [
      title,
      a === null || a === undefined ? '–' : show(a),
      b === null || b === undefined ? '–' : show(b),
      digits === undefined || typeof a !== 'number' || typeof b !== 'number' ? '' : signed(b - a, digits),
    ]),
  )
}

interface Row {
  title: string
  values: readonly (number | null | undefined)[]
  show: (value: number) => string
  /** The decimals of the difference; none is shown without. */
  digits?: number
}

const rotationStyle = { show: cosineDistance, digits: 3 }

const percent = (fraction: number | null | undefined) =>
  typeof fraction === 'number' ? Number(percentOf(fraction).replace('−', '-')) : fraction

/** The rotation of each layer that both runs have, in forward order. */
function layerRows(runs: Pair): Row[] {
  const [a, b] = runs.map(({ rotation }) => rotation) as [TrainedRun['rotation'], TrainedRun['rotation']]
  const inB = new Set(b.layers)
  const rows = a.layers
    .filter((layer) => inB.has(layer))
    .map((layer) => ({
      title: `rotation of ${printable(layer)}`,
      values: [a.layer(layer).at(-1), b.layer(layer).at(-1)],
      ...rotationStyle,
    }))
  if (rows.length <= mostLayers) return rows
  const difference = ({ values: [one, other] }: Row) => Math.abs((other ?? NaN) - (one ?? NaN)) || 0
  const shown = new Set([...rows].sort((one, other) => difference(other) - difference(one)).slice(0, mostLayers))
  return rows.filter((row) => shown.has(row))
}

function curves(runs: Pair): string[] {
  const kinds = [
    ['test accuracy', ({ metrics }: TrainedRun) => metrics.map(({ testAccuracy }) => testAccuracy ?? NaN)],
    ['log training loss', ({ metrics }: TrainedRun) => metrics.map(({ trainLoss }) => Math.log(trainLoss))],
    ['mean rotation', ({ rotation }: TrainedRun) => Array.from(rotation.mean())],
  ] as const
  const rows = kinds.flatMap(([title, values]) => {
    const both = runs.map((run) => values(run).filter(Number.isFinite))
    const all = both.flat()
    if (all.length === 0) return []
    const range = [
      all.reduce((one, other) => Math.min(one, other), Infinity),
      all.reduce((one, other) => Math.max(one, other), -Infinity),
    ] as const
    return [[title, ...both.map((curve) => styleText('cyan', sparkline(curve, curveColumns, range)))]]
  })
  return table([{ title: 'curves on one scale' }, { title: 'A' }, { title: 'B' }], rows)
}
