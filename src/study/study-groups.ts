import { requireStudy } from './require-study.js'
import { summarize, type Summary } from './statistics.js'
import { seedAxis, studyAxes, type StudyAxis } from './study-axes.js'
import type { PointValues } from './study-config.js'
import type { RowNumber, Study, StudyRow } from './study-row.js'

/** Points of a study that differ by their seed only. */
export interface StudyGroup {
  /** The values that they share, by axis. */
  values: PointValues
  /** All of them, finished or not. */
  rows: StudyRow[]
  /** Mean, sample standard deviation and number of the finished runs; null if no finished run has the number. */
  summaries: Record<RowNumber, Summary | null>
}

/**
 * Groups the points of a study that differ by their seed only. The groups are in the order of the axes' values, numbers
 * ascending, the last axis changing fastest.
 *
 * @param study a study as `openStudy` reads it
 * @throws {LayerRotationError} INVALID_CONFIG for anything else
 */
export function studyGroups(study: Study): StudyGroup[] {
  requireStudy(study, 'studyGroups')
  return groupBy(
    study.rows,
    studyAxes(study).filter(({ name }) => name !== seedAxis),
  )
}

/** Groups rows by their values on some axes. */
export function groupBy(rows: readonly StudyRow[], axes: readonly StudyAxis[]): StudyGroup[] {
  const groups = new Map<string, { places: number[]; rows: StudyRow[] }>()
  for (const row of rows) {
    const places = axes.map(({ placeOf }) => placeOf(row))
    const group = groups.get(places.join()) ?? { places, rows: [] }
    groups.set(places.join(), group)
    group.rows.push(row)
  }
  return [...groups.values()]
    .sort((a, b) => compare(a.places, b.places))
    .map(({ places, rows }) => ({
      values: Object.fromEntries(axes.map(({ name, values }, i) => [name, values[places[i]!]!])),
      rows,
      summaries: summariesOf(rows.filter(isFinished)),
    }))
}

export const isFinished = ({ state }: StudyRow): boolean => state === 'finished'

function compare(a: readonly number[], b: readonly number[]): number {
  const first = a.findIndex((place, i) => place !== b[i])
  return first === -1 ? 0 : a[first]! - b[first]!
}

function summariesOf(rows: readonly StudyRow[]): Record<RowNumber, Summary | null> {
  const of = (name: RowNumber) => summarize(rows.map((row) => row[name]))
  return {
    epochs: of('epochs'),
    testAccuracy: of('testAccuracy'),
    testLoss: of('testLoss'),
    valAccuracy: of('valAccuracy'),
    valLoss: of('valLoss'),
    trainAccuracy: of('trainAccuracy'),
    trainLoss: of('trainLoss'),
    bestEpoch: of('bestEpoch'),
    bestValAccuracy: of('bestValAccuracy'),
    bestTestAccuracy: of('bestTestAccuracy'),
    meanRotation: of('meanRotation'),
    firstRotation: of('firstRotation'),
    lastRotation: of('lastRotation'),
    seconds: of('seconds'),
  }
}
