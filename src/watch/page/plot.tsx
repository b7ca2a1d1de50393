import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import { pageColour } from './colours.js'
import { isKnown } from './is-known.js'
import { position } from './state.js'
import { significant } from './text.js'

/** A chart as uPlot draws it. */
export interface PlotProps {
  /** Says in words what the chart shows. */
  label: string
  /** A new object only if the curves are others than before: then the chart is made anew. */
  series: uPlot.Series[]
  data: uPlot.AlignedData
  unit: string
  isLog: boolean
  /** The lowest and highest value that the axis has at least. */
  range?: [number, number]
  height: number
  /** Called when the chart is made; may draw into it. */
  plugin?: uPlot.Plugin
}

/** Charts have one pointer, and one range of positions. */
const synchronised = uPlot.sync('position')

const font = '11px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif'

export function Plot({ label, series, data, unit, isLog, range, height, plugin }: PlotProps) {
  const place = useRef<HTMLDivElement>(null)
  const chart = useRef<uPlot | undefined>(undefined)
  const isZoomed = useRef(false)

  useEffect(() => {
    const element = place.current!
    const made = new uPlot(
      {
        width: element.clientWidth,
        height,
        series,
        padding: [8, 20, 0, 0],
        legend: { show: false },
        cursor: {
          points: { show: false },
          y: false,
          drag: { x: true, y: false },
          sync: { key: synchronised.key, scales: ['x', null] },
        },
        scales: { x: { time: false }, y: yScale(isLog, range) },
        axes: [
          axis({ space: 56, size: 30 }),
          axis({ size: 58, values: (_, values) => values.map(tick) }, isLog ? { filter: logarithmic } : {}),
        ],
        hooks: {
          setCursor: [
            (plot) => {
              const { idx } = plot.cursor
              position.value = isKnown(idx) ? plot.data[0][idx] : undefined
            },
          ],
          setSelect: [({ select }) => (isZoomed.current = select.width > 0)],
          ready: [(plot) => plot.over.addEventListener('dblclick', () => (isZoomed.current = false))],
        },
        plugins: plugin === undefined ? [] : [plugin],
      },
      data,
      element,
    )
    chart.current = made
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }))
    observer.observe(element)
    return () => {
      observer.disconnect()
      made.destroy()
      chart.current = undefined
    }
  }, [series, isLog, height])

  useEffect(() => {
    // The zoom stays when more is measured.
    if (chart.current !== undefined && chart.current.data !== data) chart.current.setData(data, !isZoomed.current)
    if (isZoomed.current) chart.current?.redraw()
  }, [data])

  return <div class="plot" ref={place} role="img" aria-label={`${label} by ${unit}`} />
}

const tick = (value: number | null): string => (value === null ? '' : significant(value))

/** A logarithmic axis over several decades is marked at the powers of ten, a shorter one at 1, 2 and 5 times these. */
function logarithmic(plot: uPlot, splits: number[]): (number | null)[] {
  const { min, max } = plot.scales['y']!
  const digits = Math.log10(max! / min!) > 2 ? [1] : [1, 2, 5]
  return splits.map((split) => (digits.includes(Number(split.toExponential(6).split('e')[0])) ? split : null))
}

function axis(settings: uPlot.Axis, filter: Pick<uPlot.Axis, 'filter'> = {}): uPlot.Axis {
  return {
    font,
    stroke: () => pageColour('quiet'),
    grid: { stroke: () => pageColour('line'), width: 1, ...filter },
    ticks: { stroke: () => pageColour('line'), width: 1, size: 5, ...filter },
    ...filter,
    ...settings,
  }
}

function yScale(isLog: boolean, range: [number, number] | undefined): uPlot.Scale {
  if (isLog) return { distr: 3 }
  if (range === undefined) return {}
  return {
    range: (_, low, high) => {
      const top = Math.max(range[1], high ?? range[1])
      return [Math.min(range[0], low ?? range[0]), top + (top - range[0]) * 0.04]
    },
  }
}
