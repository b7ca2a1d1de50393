import { seedAxis, type StudyAxis } from '../../study/study-axes.js'
import { groupBy, type StudyGroup } from '../../study/study-groups.js'
import type { FigureSource } from '../figure.js'
import { panelGrid, type Frame } from '../panel-grid.js'
import { unorderedColours } from '../theme.js'
import { axisColour, legendSize } from './axis-colour.js'
import { axisScale } from './axis-scale.js'
import { studyPanels } from './study-panels.js'
import type { StudyView } from './study-view.js'
import { percents, valueRange } from './value-range.js'

/**
 * The figure of the mean test accuracy over one axis, with the standard deviation over the seeds as error bars: a line for each
 * value of a second axis, and panels by the others.
 *
 * @returns undefined if no axis is swept, or no finished run has a test accuracy
 */
export function accuracyByAxis({ axes, x, rows, remark }: StudyView): FigureSource | undefined {
  if (x === undefined) return undefined
  const [colourAxis, ...others] = axes.filter((axis) => axis !== x)
  const groups = groupBy(rows, [...new Set([x, ...axes])]).filter(({ summaries }) => summaries.testAccuracy !== null)
  if (groups.length === 0) return undefined
  const { panels, remark: leftOut } = studyPanels(groups, others)
  const legend = legendSize(colourAxis ? [colourAxis] : [])
  const values = groups.map((group) => valueOf(group))
  const domain = valueRange(
    values.flatMap(({ low, high }) => [low, high]),
    percents,
  )
  const draw = (panel: number, { width, xAxis, yAxis }: Frame) => {
    const { positionOf, isContinuous, scale, axis } = axisScale(x, { length: width })
    // Between two seeds there is nothing.
    const hasLine = isContinuous && x.name !== seedAxis
    const points = panels[panel]!.members.map((group) => ({
      x: positionOf(x.placeOf(group)) + (isContinuous ? 0 : besideOthers(colourAxis, group)),
      ...valueOf(group),
      ...(colourAxis && { colour: colourAxis.placeOf(group) }),
    }))
    const color = colourAxis && { color: axisColour(colourAxis, hasLine ? 'stroke' : 'circle') }
    const place = { field: 'x', type: quantitative, scale, axis: xAxis(axis) }
    const y = {
      field: 'accuracy',
      type: quantitative,
      scale: { domain, zero: false, nice: true },
      axis: yAxis({ title: 'test accuracy (%)', tickCount: 6 }),
    }
    const plain = colourAxis ? {} : { color: unorderedColours[0]! }
    const line = {
      mark: { type: 'line' as const, ...plain },
      encoding: { x: place, y, ...color, ...eachLine(colourAxis) },
    }
    const bars = {
      transform: [{ filter: 'datum.low < datum.high' }],
      mark: { type: 'rule' as const, strokeWidth: 1.2, ...plain },
      encoding: { x: place, y: { ...y, field: 'low' }, y2: { field: 'high' }, ...color },
    }
    const dots = {
      mark: { type: 'point' as const, filled: true, opacity: 1, size: 34, ...plain },
      encoding: { x: place, y, ...color },
    }
    return [{ data: { values: points }, layer: [...(hasLine ? [line] : []), bars, dots] }]
  }
  return {
    name: 'accuracy-by-axis',
    title: `Mean test accuracy by ${x.title}, with its standard deviation over the seeds`,
    caption:
      `Test accuracy after the last epoch by ${x.title}: the mean of the finished runs and, where there are several seeds, ` +
      `its sample standard deviation as bars.${leftOut}${remark}`,
    spec: panelGrid({
      headings: panels.map(({ heading }) => heading),
      beside: 64 + legend.width,
      leastHeight: Math.max(160, legend.height),
      draw,
    }),
  }
}

const quantitative = 'quantitative' as const

const eachLine = (colourAxis: StudyAxis | undefined) =>
  colourAxis && { detail: { field: 'colour', type: 'nominal' as const } }

/** Mean and bars in percent. */
function valueOf({ summaries }: StudyGroup): { accuracy: number; low: number; high: number; n: number } {
  const { mean, deviation, n } = summaries.testAccuracy!
  const percent = (value: number) => Number((100 * value).toFixed(4))
  return { accuracy: percent(mean), low: percent(mean - (deviation ?? 0)), high: percent(mean + (deviation ?? 0)), n }
}

/** Moves the points of groups with the same name apart. */
function besideOthers(colourAxis: StudyAxis | undefined, group: StudyGroup): number {
  if (colourAxis === undefined) return 0
  const { length } = colourAxis.values
  return ((colourAxis.placeOf(group) - (length - 1) / 2) / length) * 0.5
}
