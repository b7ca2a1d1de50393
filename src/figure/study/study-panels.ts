import { count } from '../../numbers.js'
import { pointLabel, shortPointLabel, type StudyAxis } from '../../study/study-axes.js'
import type { PointValues } from '../../study/study-config.js'
import { thin } from '../thin.js'

/** The most panels of a figure. */
export const mostPanels = 30

/** The runs or groups with the same values on some axes. */
interface StudyPanel<Member> {
  heading: { text: string; short: string }
  members: Member[]
}

interface StudyPanels<Member> {
  panels: StudyPanel<Member>[]
  /** Sentences on the axes of the panels, and on panels that are left out; empty for a single panel. */
  remark: string
}

/**
 * Divides runs or groups into panels by their values on some axes. Of more than 30 panels those at the ends and in the middle of
 * the axes remain, of the axes with most values first.
 */
export function studyPanels<Member extends { values: PointValues }>(
  members: readonly Member[],
  axes: readonly StudyAxis[],
): StudyPanels<Member> {
  const byPlaces = new Map<string, Member[]>()
  for (const member of members) {
    const key = axes.map(({ placeOf }) => placeOf(member)).join()
    byPlaces.set(key, [...(byPlaces.get(key) ?? []), member])
  }
  const all = [...byPlaces.values()].sort((a, b) => compare(axes, a[0]!, b[0]!))
  let kept = all
  const reduced: string[] = []
  const byValues = axes.filter(({ values }) => values.length > 3).sort((a, b) => b.values.length - a.values.length)
  for (const { title, values, placeOf } of byValues) {
    if (kept.length <= mostPanels) break
    const ends = thin(values.length, 3)
    kept = kept.filter(([first]) => ends.includes(placeOf(first!)))
    reduced.push(title)
  }
  const shown = thin(kept.length, mostPanels).map((i) => kept[i]!)
  const panels = shown.map((members) => ({
    heading: { text: pointLabel(axes, members[0]!), short: shortPointLabel(axes, members[0]!) },
    members,
  }))
  const by = all.length > 1 ? ` Panels by ${axes.map(({ title }) => title).join(' and ')}.` : ''
  if (shown.length === all.length) return { panels, remark: by }
  const remark = ` Drawn are ${count(shown.length)} of ${count(all.length)}: those at the ends and in the middle of ${reduced.join(' and ')}.`
  return { panels, remark: by + remark }
}

function compare<Member extends { values: PointValues }>(axes: readonly StudyAxis[], a: Member, b: Member): number {
  const differing = axes.find(({ placeOf }) => placeOf(a) !== placeOf(b))
  return differing === undefined ? 0 : differing.placeOf(a) - differing.placeOf(b)
}
