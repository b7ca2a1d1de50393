import { decimals } from '../../numbers.js'
import type { FigureSource } from '../figure.js'
import { widthOf } from '../fit-text.js'
import { ink, layerExtent, layerScheme, textWidth } from '../theme.js'
import { axisScale } from './axis-scale.js'
import type { StudyView } from './study-view.js'

/** The largest side of a cell in pixels. */
const largestCell = 56

/** The smallest side of a cell that holds its number. */
const numberedCell = 34

/**
 * The heat map of the mean test accuracy over the two axes of a study.
 *
 * @returns undefined for a study with another number of axes, or without test accuracies
 */
export function heatMap({ axes, groups, remark }: StudyView): FigureSource | undefined {
  const [x, y] = axes
  const measured = groups.filter(({ summaries }) => summaries.testAccuracy !== null)
  if (x === undefined || y === undefined || axes.length > 2 || measured.length === 0) return undefined
  const beside = y.labels.reduce((most, label) => Math.max(most, widthOf(label)), 0) * 10.5 + 150
  const side = (values: number, length: number) => Math.floor(Math.min(largestCell, length / values)) * values
  const [width, height] = [side(x.values.length, textWidth - Math.min(beside, 290)), side(y.values.length, 400)]
  const [cellWidth, cellHeight] = [width / x.values.length, height / y.values.length]
  const horizontal = axisScale(x, { length: width, evenly: true })
  const vertical = axisScale(y, { length: height, evenly: true, vertical: true })
  const values = measured.map((group) => {
    const [left, low] = [x.placeOf(group), y.placeOf(group)]
    const { mean, deviation, n } = group.summaries.testAccuracy!
    const accuracy = Number((100 * mean).toFixed(4))
    const edges = { left: left - 0.5, right: left + 0.5, low: low - 0.5, high: low + 0.5 }
    return { x: left, y: low, ...edges, accuracy, deviation, n, text: decimals(accuracy, 1) }
  })
  const accuracies = values.map(({ accuracy }) => accuracy)
  const [low, high] = [Math.min(...accuracies), Math.max(...accuracies)]
  const axisOf = ({ scale, axis }: typeof horizontal, reverse: boolean) => ({
    type: 'quantitative' as const,
    scale: { ...scale, reverse },
    axis: { ...axis, grid: false },
  })
  // Names are read from the top, numbers grow upwards.
  const [columns, rows] = [axisOf(horizontal, false), axisOf(vertical, !y.isNumeric)]
  const cells = {
    mark: { type: 'rect' as const, stroke: 'white', strokeWidth: cellWidth < 8 || cellHeight < 8 ? 0 : 1 },
    encoding: {
      x: { field: 'left', ...columns },
      x2: { field: 'right' },
      y: { field: 'low', ...rows },
      y2: { field: 'high' },
      color: {
        field: 'accuracy',
        type: 'quantitative' as const,
        scale: {
          domain: low < high ? [low, high] : [low - 1, high],
          scheme: { name: layerScheme, extent: layerExtent } as const,
          nice: false,
        },
        legend: { title: 'test accuracy (%)', gradientLength: Math.max(60, Math.min(height - 24, 150)), tickCount: 5 },
      },
    },
  }
  const numbers = {
    mark: { type: 'text' as const },
    encoding: {
      x: { field: 'x', ...columns },
      y: { field: 'y', ...rows },
      text: { field: 'text', type: 'nominal' as const },
      color: { condition: { test: `datum.accuracy > ${(low + high) / 2}`, value: ink }, value: 'white' },
    },
  }
  return {
    name: 'heat-map',
    title: `Mean test accuracy by ${x.title} and ${y.title}`,
    caption: `Test accuracy after the last epoch by ${x.title} and ${y.title}, the mean of the finished runs.${remark}`,
    spec: {
      width,
      height,
      data: { values },
      layer: Math.min(cellWidth, cellHeight + 12) >= numberedCell ? [cells, numbers] : [cells],
    },
  }
}
