import { count } from '../../numbers.js'
import { studyAxes, sweptAxes, type StudyAxis } from '../../study/study-axes.js'
import { groupBy, isFinished, type StudyGroup } from '../../study/study-groups.js'
import type { Study, StudyRow } from '../../study/study-row.js'
import { fitLabels, fitText } from '../fit-text.js'
import { longestLabel } from '../run-labels.js'
import { thin } from '../thin.js'

/** The part of a study that figures draw: its finished runs. */
export interface StudyView {
  /** The study's folder. */
  folder: string
  /** The axes along which the points differ but the seeds', the most important first. One of axes that go together stands for them. */
  axes: StudyAxis[]
  /** The axis that the figure over an axis has below it; undefined if no axis is swept. */
  x: StudyAxis | undefined
  /** The finished runs, at most 500. */
  rows: StudyRow[]
  /** The same by their values on `axes`. */
  groups: StudyGroup[]
  /** A sentence on the runs that are not drawn; empty if all are. */
  remark: string
}

/** The most runs that are drawn. */
const mostRuns = 500

/** @param x the name of the axis that comes first */
export function studyView(study: Study, x?: string): StudyView {
  const all = studyAxes(study).map(fitted)
  const axes = ranked(independent(sweptAxes(study).map(fitted), study.rows, x), x)
  const finished = study.rows.filter(isFinished)
  const rows = thin(finished.length, mostRuns).map((i) => finished[i]!)
  return {
    folder: study.folder,
    axes,
    x: x === undefined ? axes[0] : [...axes, ...all].find(({ name }) => name === x),
    rows,
    groups: groupBy(rows, axes),
    remark: remarkOn(study.rows.length, finished.length, rows.length),
  }
}

/** An axis in words that a figure can show. */
const fitted = (axis: StudyAxis): StudyAxis => ({
  ...axis,
  title: fitText(axis.title, longestLabel),
  labels: fitLabels(axis.labels, longestLabel),
})

function remarkOn(points: number, finished: number, drawn: number): string {
  if (drawn === points) return ''
  if (drawn === finished) return ` Drawn are the ${count(finished)} finished runs of ${count(points)}.`
  return ` Drawn are ${count(drawn)} of the ${count(finished)} finished runs, evenly spread over their order.`
}

/** The axes without those whose values follow from the value on another one, as those of axes that go together do. */
function independent(axes: readonly StudyAxis[], rows: readonly StudyRow[], first: string | undefined): StudyAxis[] {
  const kept: StudyAxis[] = []
  for (const axis of [...axes].sort((a, b) => Number(b.name === first) - Number(a.name === first))) {
    const follows = kept.some((other) => {
      const pairs = new Set(rows.map((row) => `${axis.placeOf(row)} ${other.placeOf(row)}`))
      return pairs.size === axis.values.length && axis.values.length === other.values.length
    })
    if (!follows) kept.push(axis)
  }
  return kept
}

/** The axis that was asked for, then axes of numbers, then others; those with more values first. */
function ranked(axes: readonly StudyAxis[], first: string | undefined): StudyAxis[] {
  const rank = ({ name, isNumeric }: StudyAxis) => (name === first ? 2 : isNumeric ? 1 : 0)
  return [...axes].sort((a, b) => rank(b) - rank(a) || b.values.length - a.values.length)
}
