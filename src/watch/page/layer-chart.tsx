import { effect } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import uPlot from 'uplot'
import { layerColour, pageColour } from './colours.js'
import { isKnown } from './is-known.js'
import { Plot } from './plot.js'
import { rowAt } from './row-at.js'
import { isDark, picked, position } from './state.js'
import type { Column } from './tables.js'
import { positionText } from './text.js'

/** A quantity of each layer of a run. */
export interface LayerCurves {
  layers: string[]
  positions: Column
  /** [layers] */
  columns: Column[]
}

export interface LayerChartProps {
  title: string
  note?: string
  curves: LayerCurves
  /** The same quantity of the run that is laid over. */
  over: LayerCurves | undefined
  unit: string
  isLog?: boolean
  range?: [number, number]
  height?: number
  format: (value: number) => string
}

/** A line for each layer, coloured by depth; a pointer or the keyboard picks one, which stands out. */
export function LayerChart({
  title,
  note,
  curves,
  over,
  unit,
  isLog = false,
  range,
  height = 200,
  format,
}: LayerChartProps) {
  const dark = isDark.value
  const count = curves.columns.length
  const overCount = over?.columns.length ?? 0
  const series = useMemo(
    () => [{}, ...lines(count, dark, []), ...lines(overCount, dark, [5, 4])],
    [count, overCount, dark],
  )
  const plugin = useMemo(() => highlight(count, overCount), [count, overCount])
  const data = useMemo(() => aligned(curves, over, isLog), [curves.columns, over?.columns, isLog])
  return (
    <section class="chart" aria-label={title}>
      <header>
        <h3>
          {title} {note !== undefined && <small>{note}</small>}
        </h3>
        <Readout {...{ curves, over, unit, format }} />
      </header>
      <Plot
        label={`${title}, a line for each layer`}
        {...{ series, data, unit, isLog, height, plugin }}
        {...(range && { range })}
      />
    </section>
  )
}

/** The most layers whose lines are wide. */
const few = 12

const lines = (count: number, dark: boolean, dash: number[]): uPlot.Series[] =>
  Array.from({ length: count }, (_, layer) => ({
    stroke: layerColour(depthOf(layer, count), dark),
    width: count > few ? 1.25 : 1.8,
    dash,
    points: { show: false },
    spanGaps: true,
  }))

const depthOf = (layer: number, count: number): number => (count > 1 ? layer / (count - 1) : 0.5)

/** The curves of both runs on common positions. A logarithmic axis has no place for zeros. */
function aligned(curves: LayerCurves, over: LayerCurves | undefined, isLog: boolean): uPlot.AlignedData {
  const table = ({ positions, columns }: LayerCurves) =>
    [
      positions,
      ...(isLog ? columns.map((column) => column.map((value) => (value! > 0 ? value : null))) : columns),
    ] as uPlot.AlignedData
  return over === undefined ? table(curves) : uPlot.join([table(curves), table(over)])
}

/** The name and value of the layer that is picked, where the pointer is or at the end. */
function Readout({ curves, over, unit, format }: Pick<LayerChartProps, 'curves' | 'over' | 'unit' | 'format'>) {
  const layer = picked.value?.layer
  const name = layer === undefined ? undefined : curves.layers[layer]
  if (name === undefined) return <p class="readout quiet">{curves.layers.length} layers</p>
  const [value, at] = valueAt(curves, layer!, position.value)
  const [other] = over === undefined ? [null] : valueAt(over, layer!, position.value)
  return (
    <p class="readout">
      <b>{name}</b> {value === null ? '–' : format(value)}
      {isKnown(other) && <span class="quiet"> (dashed {format(other)})</span>}
      {isKnown(at) && <span class="quiet"> · {positionText(at, unit)}</span>}
    </p>
  )
}

/** The value of a layer at a position, or the last one; and its position. */
function valueAt(
  { positions, columns }: LayerCurves,
  layer: number,
  at: number | undefined,
): [value: number | null, position: number | null] {
  const row = rowAt(positions, at)
  return [columns[layer]?.[row] ?? null, positions[row] ?? null]
}

/**
 * Draws the layer that is picked above all others, on a canvas of its own: the others, whose drawing takes longer, stay as they
 * are. The pointer picks the nearest layer.
 */
function highlight(count: number, overCount: number): uPlot.Plugin {
  const canvas = document.createElement('canvas')
  canvas.className = 'highlight'
  let isInside = false
  const draw = (plot: uPlot) => {
    const layer = picked.value?.layer
    const { left, top, width, height } = plot.bbox
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height })
    const context = canvas.getContext('2d')!
    context.clearRect(0, 0, width, height)
    if (layer === undefined || layer >= count) return
    context.globalAlpha = 0.72
    context.fillStyle = pageColour('paper')
    context.fillRect(0, 0, width, height)
    context.globalAlpha = 1
    const ratio = devicePixelRatio
    const line = (series: number, dash: number[]) => {
      const [positions, values] = [plot.data[0], plot.data[series]!]
      context.beginPath()
      for (let i = 0; i < positions.length; i++) {
        const value = values[i]
        if (!isKnown(value)) continue
        context.lineTo(plot.valToPos(positions[i]!, 'x', true) - left, plot.valToPos(value, 'y', true) - top)
      }
      context.setLineDash(dash)
      context.lineWidth = 2.4 * ratio
      context.lineJoin = 'round'
      context.strokeStyle = plot.series[series]!.stroke instanceof Function ? strokeOf(plot, series) : ''
      context.stroke()
    }
    line(1 + layer, [])
    if (layer < overCount) line(1 + count + layer, [7 * ratio, 5 * ratio])
  }
  const pick = (plot: uPlot) => {
    if (!isInside || picked.peek()?.isKept) return
    const { idx, top } = plot.cursor
    if (!isKnown(idx) || !isKnown(top) || top < 0) return
    const nearest = nearestLine(plot, idx, top)
    if (nearest === undefined) return
    const layer = nearest > count ? nearest - count - 1 : nearest - 1
    if (picked.peek()?.layer !== layer) picked.value = { layer, isKept: false }
  }
  return {
    hooks: {
      init: (plot) => {
        plot.over.prepend(canvas)
        plot.over.addEventListener('mouseenter', () => (isInside = true))
        plot.over.addEventListener('mouseleave', () => {
          isInside = false
          if (!picked.peek()?.isKept) picked.value = undefined
        })
        plot.over.addEventListener('click', () => {
          const now = picked.peek()
          if (now !== undefined) picked.value = now.isKept ? undefined : { ...now, isKept: true }
        })
      },
      ready: (plot) => {
        const stop = effect(() => draw(plot))
        plot.hooks.destroy = [...(plot.hooks.destroy ?? []), stop]
      },
      draw,
      setCursor: pick,
    },
  }
}

const strokeOf = (plot: uPlot, series: number): string =>
  (plot.series[series]!.stroke as (self: uPlot, series: number) => string)(plot, series)

/** The line that is nearest above or below the pointer. */
function nearestLine(plot: uPlot, row: number, top: number): number | undefined {
  let [nearest, least] = [undefined as number | undefined, Infinity]
  for (let series = 1; series < plot.data.length; series++) {
    const value = plot.data[series]![row]
    if (!isKnown(value)) continue
    const distance = Math.abs(plot.valToPos(value, 'y') - top)
    if (distance < least) [nearest, least] = [series, distance]
  }
  return nearest
}
