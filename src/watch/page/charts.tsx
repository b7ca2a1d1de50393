import { useMemo } from 'preact/hooks'
import type { RunEntry } from '../protocol.js'
import { isKnown } from './is-known.js'
import { LayerChart, type LayerCurves } from './layer-chart.js'
import { LayerPicker } from './layer-picker.js'
import { LayerNumbers } from './layer-numbers.js'
import { LineChart, type Curve } from './line-chart.js'
import { columnOf, layerColumns, type Column, type Table, type Tables } from './tables.js'
import { percent, rotation, significant, words } from './text.js'

export interface ChartsProps {
  run: RunEntry
  own: Tables
  over: Tables | undefined
}

/** Curves of metrics.csv that are drawn together, by their columns. */
const metricCharts = [
  {
    title: 'Loss',
    columns: { train_loss: 'train', val_loss: 'validation', test_loss: 'test' },
    isLog: true,
    format: significant,
  },
  {
    title: 'Accuracy',
    columns: {
      train_accuracy: 'train',
      val_accuracy: 'validation',
      test_accuracy: 'test',
      val_top5_accuracy: 'validation, top 5',
      test_top5_accuracy: 'test, top 5',
    },
    format: percent,
  },
]

/** Columns of metrics.csv that no chart shows by itself. */
const others = new Set([
  'epoch',
  'seconds',
  'learning_rate',
  ...metricCharts.flatMap(({ columns }) => Object.keys(columns)),
])

export function Charts({ run, own, over }: ChartsProps) {
  const table = own.rotation!
  const layer = (quantity: string) => pair(own, over, quantity)
  const rotations = pair(own, over, 'rotation')!
  const rates = layer('rate')
  return (
    <>
      <LayerPicker layers={table.layers} />
      <LayerChart
        title="Rotation by layer"
        note="cosine distance to the initial weights"
        {...rotations}
        unit={table.unit}
        height={360}
        range={[0, 0.1]}
        format={rotation}
      />
      <div class="grid">
        <MeanRotation own={own} over={over} />
        {metricCharts.map(({ columns, ...chart }) => (
          <MetricChart key={chart.title} own={own} over={over} columns={columns} {...chart} />
        ))}
        {rates !== undefined ? (
          <LayerChart title="Learning rate by layer" isLog {...rates} unit={unitOf(own.layers)} format={significant} />
        ) : (
          <MetricChart
            own={own}
            over={over}
            title="Learning rate"
            columns={{ learning_rate: 'nominal' }}
            isLog
            format={significant}
          />
        )}
        <Measure title="Angle of a step" note="rad" curves={layer('angle')} unit={unitOf(own.layers)} />
        <Measure title="Norm of the weights" curves={layer('norm')} unit={unitOf(own.layers)} />
        <Measure title="Norm of the gradient" curves={layer('gradient_norm')} unit={unitOf(own.layers)} />
        {(own.metrics?.quantities ?? [])
          .filter((quantity) => !others.has(quantity))
          .map((quantity) => (
            <MetricChart
              key={quantity}
              own={own}
              over={over}
              title={words(quantity)}
              columns={{ [quantity]: words(quantity) }}
              format={significant}
            />
          ))}
      </div>
      <LayerNumbers run={run} own={own} />
    </>
  )
}

const unitOf = (table: Table | undefined): string => table?.unit ?? 'epoch'

type Pair = { curves: LayerCurves; over: LayerCurves | undefined }

/** A quantity of the layers of both runs; undefined if the one that is shown does not have it. */
function pair(own: Tables, over: Tables | undefined, quantity: string): Pair | undefined {
  const curves = curvesOf(own, quantity)
  return curves === undefined ? undefined : { curves, over: over && curvesOf(over, quantity) }
}

/** The columns of each table and quantity: the same objects as long as the table is the same. */
const known = new WeakMap<Table, Map<string, LayerCurves | undefined>>()

function curvesOf(tables: Tables, quantity: string): LayerCurves | undefined {
  const table = quantity === 'rotation' ? tables.rotation : tables.layers
  if (table === undefined) return undefined
  const found = known.get(table) ?? new Map<string, LayerCurves | undefined>()
  known.set(table, found)
  if (!found.has(quantity)) {
    const columns = layerColumns(table, quantity)
    found.set(quantity, columns && { layers: table.layers, positions: table.columns[0]!, columns })
  }
  return found.get(quantity)
}

function Measure({ curves, ...chart }: { title: string; note?: string; curves: Pair | undefined; unit: string }) {
  if (curves === undefined) return null
  return <LayerChart {...chart} {...curves} isLog format={significant} />
}

function MeanRotation({ own, over }: Pick<ChartsProps, 'own' | 'over'>) {
  const mine = useMemo(() => meanOf(own.rotation), [own.rotation])
  const theirs = useMemo(() => meanOf(over?.rotation), [over?.rotation])
  return (
    <LineChart
      title="Mean rotation"
      positions={own.rotation!.columns[0]!}
      overPositions={over?.rotation?.columns[0]}
      curves={[{ label: 'mean of the layers', column: mine ?? [], over: theirs }]}
      unit={unitOf(own.rotation)}
      range={[0, 0.1]}
      format={rotation}
    />
  )
}

/** The mean over the layers that have a rotation. */
function meanOf(table: Table | undefined): Column | undefined {
  const columns = layerColumns(table, 'rotation')
  return columns?.[0]?.map((_, row) => {
    let [sum, count] = [0, 0]
    for (const column of columns) {
      const value = column[row]
      if (!isKnown(value)) continue
      sum += value
      count++
    }
    return count === 0 ? null : sum / count
  })
}

interface MetricChartProps extends Pick<ChartsProps, 'own' | 'over'> {
  title: string
  /** Labels by the columns' names. */
  columns: Readonly<Record<string, string>>
  isLog?: boolean
  format: (value: number) => string
}

function MetricChart({ own, over, columns, ...chart }: MetricChartProps) {
  const [mine, theirs] = [own.metrics, over?.metrics]
  const curves = Object.entries(columns).flatMap(([name, label]): Curve[] => {
    const column = columnOf(mine, name)
    return column === undefined ? [] : [{ label, column, over: columnOf(theirs, name) }]
  })
  if (mine === undefined || curves.length === 0) return null
  // The first chart of a run has its curves as soon as they are there; others come with later epochs.
  const key = curves.map(({ label }) => label).join()
  return (
    <LineChart
      key={key}
      {...chart}
      positions={mine.columns[0]!}
      overPositions={theirs?.columns[0]}
      curves={curves}
      unit="epoch"
    />
  )
}
