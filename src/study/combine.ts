import { LayerRotationError } from '../errors.js'
import type { AxisValue, PointValues } from './study-config.js'

/** Axes whose values go together: the first of each, the second of each … */
export type AxisGroup = Readonly<Record<string, readonly AxisValue[]>>

/** The most points of a study. */
export const mostPoints = 10_000

/**
 * Crosses groups of axes: every combination of one position of each group, the last group changing fastest.
 *
 * @param subject the study, for errors
 * @throws {LayerRotationError} INVALID_CONFIG for axes of one group with different numbers of values, and for too many points
 */
export function combine(groups: readonly AxisGroup[], subject: string): PointValues[] {
  const lengths = groups.map((group) => lengthOf(group, subject))
  const number = lengths.reduce((product, length) => product * length, 1)
  if (number > mostPoints) {
    const message = `${subject}: the axes make ${number} points; expected at most ${mostPoints}`
    throw new LayerRotationError('INVALID_CONFIG', message)
  }
  return groups.reduce<PointValues[]>(
    (points, group, i) =>
      points.flatMap((point) => Array.from({ length: lengths[i]! }, (_, at) => ({ ...point, ...valuesAt(group, at) }))),
    [{}],
  )
}

function lengthOf(group: AxisGroup, subject: string): number {
  const axes = Object.entries(group)
  const [[first, { length }] = ['', []]] = axes
  const other = axes.find(([, values]) => values.length !== length)
  if (other === undefined) return length
  const message = `${subject}: ${first} has ${length} values and ${other[0]} has ${other[1].length}; axes that go together need equally many`
  throw new LayerRotationError('INVALID_CONFIG', message)
}

const valuesAt = (group: AxisGroup, at: number): PointValues =>
  Object.fromEntries(Object.entries(group).map(([axis, values]) => [axis, values[at]!]))
