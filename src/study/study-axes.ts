import { canonicalJson } from './canonical.js'
import type { AxisValue, PointValues } from './study-config.js'
import { valueLabels } from './value-labels.js'
import { axisTitle } from './value-text.js'

/** The axis whose values repeat a point. */
export const seedAxis = 'seed'

/** An axis of a study, with the values that its points have. */
export interface StudyAxis {
  name: string
  /** The axis in words, another one for each axis of the study. */
  title: string
  /** The values, each once: numbers in ascending order, others in that of the points. */
  values: AxisValue[]
  /** A label for each value, all different. */
  labels: string[]
  /** True if all values are numbers. */
  isNumeric: boolean
  /** The index of a point's value. */
  placeOf: (point: { values: PointValues }) => number
}

/** Points and the names of their axes, such as those of a study. */
interface Points {
  axes: readonly string[]
  rows: readonly { values: PointValues }[]
}

/** The axes of a study with their values. */
export function studyAxes({ axes, rows }: Points): StudyAxis[] {
  const titles = axes.map(axisTitle)
  const isShared = (title: string) => titles.indexOf(title) !== titles.lastIndexOf(title)
  return axes.map((name, i) => studyAxis(name, isShared(titles[i]!) ? name : titles[i]!, rows))
}

/** The axes along which the points differ, without that of the seeds. */
export const sweptAxes = (study: Points): StudyAxis[] =>
  studyAxes(study).filter(({ name, values }) => name !== seedAxis && values.length > 1)

function studyAxis(name: string, title: string, rows: Points['rows']): StudyAxis {
  const byKey = new Map(rows.map((row) => [keyOf(row, name), valueOn(row, name)]))
  const isNumeric = [...byKey.values()].every((value) => typeof value === 'number')
  const entries = [...byKey].sort(([, a], [, b]) => (isNumeric ? Number(a) - Number(b) : 0))
  const values = entries.map(([, value]) => value)
  const places = new Map(entries.map(([key], place) => [key, place]))
  const placeOf = (point: { values: PointValues }) => places.get(keyOf(point, name))!
  return { name, title, values, labels: valueLabels(name, values), isNumeric, placeOf }
}

/** A point's value; null on an axis that it does not name. */
const valueOn = ({ values }: { values: PointValues }, axis: string): AxisValue =>
  Object.hasOwn(values, axis) ? values[axis]! : null

const keyOf = (point: { values: PointValues }, axis: string): string => canonicalJson(valueOn(point, axis))

/** The values of a point on some axes in words: `learning rate 3⁻³, Layca`. */
export function pointLabel(axes: readonly StudyAxis[], point: { values: PointValues }): string {
  return axes
    .map((axis) => {
      const value = axis.values[axis.placeOf(point)]!
      const speaks = typeof value === 'string' || (typeof value === 'object' && value !== null)
      return speaks ? labelOf(axis, point) : `${axis.title} ${labelOf(axis, point)}`
    })
    .join(', ')
}

/** The same without the names of the axes: `3⁻³, Layca`. */
export const shortPointLabel = (axes: readonly StudyAxis[], point: { values: PointValues }): string =>
  axes.map((axis) => labelOf(axis, point)).join(', ')

/** The label of a point's value. */
export const labelOf = ({ labels, placeOf }: StudyAxis, point: { values: PointValues }): string =>
  labels[placeOf(point)]!
