import { count, decimals } from '../../numbers.js'
import { rankCorrelation } from '../../study/statistics.js'
import type { StudyRow } from '../../study/study-row.js'
import type { FigureSource } from '../figure.js'
import { panelGrid, type Frame } from '../panel-grid.js'
import { rotationValue } from '../rotation-axis.js'
import { ink } from '../theme.js'
import { axisColour, axisShape, legendSize, shapes } from './axis-colour.js'
import { studyPanels } from './study-panels.js'
import type { StudyView } from './study-view.js'
import { cosineDistances, percents, valueRange } from './value-range.js'

/** A finished run with both numbers. */
type Measured = StudyRow & { testAccuracy: number; meanRotation: number }

const isMeasured = (row: StudyRow): row is Measured => row.testAccuracy !== null && row.meanRotation !== null

/**
 * The figure of test accuracy over mean rotation after the last epoch, with a point for each finished run: the colour is its value
 * on the first axis, its shape that on the second one, and there are panels by the others.
 *
 * @returns undefined without such runs
 */
export function accuracyByRotation({ axes, rows, remark }: StudyView): FigureSource | undefined {
  const measured = rows.filter(isMeasured)
  if (measured.length === 0) return undefined
  const [colourAxis, second, ...others] = axes
  const shapeAxis = second !== undefined && second.values.length <= shapes.length ? second : undefined
  const divided = studyPanels(measured, second === shapeAxis ? others : axes.slice(1))
  const several = divided.panels.length > 1
  const legend = legendSize([colourAxis, shapeAxis].filter((axis) => axis !== undefined))
  const [xDomain, yDomain] = [
    valueRange(measured.map(rotationOf), cosineDistances),
    valueRange(measured.map(accuracyOf), percents),
  ]
  const size = measured.length > 150 ? 24 : 44
  const draw = (panel: number, { xAxis, yAxis, single }: Frame) => [
    {
      data: {
        values: divided.panels[panel]!.members.map((row) => ({
          run: row.folder,
          seed: row.seed,
          rotation: rotationOf(row),
          accuracy: accuracyOf(row),
          ...(colourAxis && { colour: colourAxis.placeOf(row) }),
          ...(shapeAxis && { shape: shapeAxis.placeOf(row) }),
        })),
      },
      mark: {
        type: 'point' as const,
        filled: true,
        opacity: 0.8,
        size,
        ...(colourAxis === undefined && { color: ink }),
      },
      encoding: {
        x: {
          field: 'rotation',
          type: 'quantitative' as const,
          scale: { domain: xDomain, zero: false, nice: true },
          axis: xAxis({
            title: single ? 'mean rotation after the last epoch' : 'mean rotation',
            tickCount: single ? 8 : 4,
          }),
        },
        y: {
          field: 'accuracy',
          type: 'quantitative' as const,
          scale: { domain: yDomain, zero: false, nice: true },
          axis: yAxis({ title: 'test accuracy (%)', tickCount: 6 }),
        },
        ...(colourAxis && { color: axisColour(colourAxis, 'circle') }),
        ...(shapeAxis && { shape: axisShape(shapeAxis) }),
      },
    },
  ]
  return {
    name: 'accuracy-by-rotation',
    title: 'Test accuracy over mean rotation, one point per run',
    caption:
      'Test accuracy over the mean rotation of the layers, both after the last epoch; each point is a finished run.' +
      (several ? ' The heading of a panel gives the rank correlation of its runs.' : '') +
      divided.remark +
      remark,
    spec: {
      title: { text: `Spearman’s rank correlation ${correlationOf(measured)}`, anchor: 'start' },
      ...panelGrid({
        headings: divided.panels.map(({ heading, members }) => ({ ...heading, end: ` (${correlationOf(members)})` })),
        beside: 64 + legend.width,
        leastHeight: Math.max(160, legend.height),
        draw,
      }),
    },
  }
}

const rotationOf = ({ meanRotation }: Measured): number => rotationValue(meanRotation)

const accuracyOf = ({ testAccuracy }: Measured): number => Number((100 * testAccuracy).toFixed(4))

function correlationOf(rows: readonly Measured[]): string {
  const correlation = rankCorrelation(
    rows.map(({ meanRotation }) => meanRotation),
    rows.map(({ testAccuracy }) => testAccuracy),
  )
  return `${decimals(correlation, 2)}, n = ${count(rows.length)}`
}
