import { useMemo } from 'preact/hooks'
import uPlot from 'uplot'
import { curveColours } from './colours.js'
import { isKnown } from './is-known.js'
import { Plot } from './plot.js'
import { rowAt } from './row-at.js'
import { position } from './state.js'
import type { Column } from './tables.js'
import { positionText } from './text.js'

/** A named curve, and the same of the run that is laid over. */
export interface Curve {
  label: string
  column: Column
  over?: Column | undefined
}

export interface LineChartProps {
  title: string
  note?: string
  positions: Column
  /** Positions of the run that is laid over. */
  overPositions: Column | undefined
  curves: Curve[]
  unit: string
  isLog?: boolean
  range?: [number, number]
  format: (value: number) => string
}

/** Some curves with a legend that also gives their values. */
export function LineChart({
  title,
  note,
  positions,
  overPositions,
  curves,
  unit,
  isLog = false,
  range,
  format,
}: LineChartProps) {
  const shape = curves.map(({ over }) => (overPositions !== undefined && over !== undefined ? '=' : '-')).join('')
  const series = useMemo(() => {
    const solid = curves.map((_, i) => line(i, []))
    const dashed = [...shape].flatMap((kind, i) => (kind === '=' ? [line(i, [5, 4])] : []))
    return [{}, ...solid, ...dashed]
  }, [shape])
  const data = useMemo(() => {
    const solid = [positions, ...curves.map(({ column }) => column)] as uPlot.AlignedData
    const over = curves.flatMap((curve) => (curve.over === undefined ? [] : [curve.over]))
    if (overPositions === undefined || over.length === 0) return solid
    return uPlot.join([solid, [overPositions, ...over] as uPlot.AlignedData])
  }, [positions, overPositions, shape])
  const row = rowAt(positions, position.value)
  const overRow = rowAt(overPositions ?? [], position.value)
  const at = positions[row]
  return (
    <section class="chart" aria-label={title}>
      <header>
        <h3>
          {title} {note !== undefined && <small>{note}</small>}
        </h3>
        {isKnown(at) && <p class="readout quiet">{positionText(at, unit)}</p>}
      </header>
      <ul class="legend">
        {curves.map(({ label, column, over }, i) => {
          const value = column[row]
          const other = over?.[overRow]
          return (
            <li key={label}>
              <i style={{ background: colourOf(i) }} /> {label} <b>{isKnown(value) ? format(value) : '–'}</b>
              {isKnown(other) && <span class="quiet"> (dashed {format(other)})</span>}
            </li>
          )
        })}
      </ul>
      <Plot label={title} height={180} {...{ series, data, unit, isLog }} {...(range && { range })} />
    </section>
  )
}

const colourOf = (curve: number): string => curveColours[curve % curveColours.length]!

const line = (curve: number, dash: number[]): uPlot.Series => ({
  stroke: colourOf(curve),
  width: 1.8,
  dash,
  spanGaps: true,
  // A line needs two points to be seen.
  points: { size: 6, show: (plot, series) => (plot.data[series] as Column).filter(isKnown).length < 3 },
})
