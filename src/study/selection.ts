import { requireStudy } from './require-study.js'
import { groupBy, type StudyGroup } from './study-groups.js'
import { sweptAxes } from './study-axes.js'
import type { AxisValue, PointValues } from './study-config.js'
import type { Study } from './study-row.js'

/** The value of an axis with the best validation accuracy, where the other axes have certain values. */
export interface Selection {
  /** The name of the axis. */
  axis: string
  /** The values on the other axes. */
  others: PointValues
  /** The best value. */
  value: AxisValue
  /** How many values were compared. */
  of: number
  /** The group that has it: `bestValAccuracy` decides, `bestTestAccuracy` is the test accuracy after the same epoch. */
  group: StudyGroup
}

/**
 * Selects on each swept axis, for all values of the others, the value with the best validation accuracy, as the paper does: the
 * mean over the finished runs of the accuracy after each run's best epoch. The first of equal ones is selected. Groups without a
 * finished run do not count.
 *
 * @returns none without validation splits
 */
export function selectByValidation(study: Study): Selection[] {
  requireStudy(study, 'selectByValidation')
  const axes = sweptAxes(study)
  const groups = groupBy(study.rows, axes).filter(({ summaries }) => summaries.bestValAccuracy !== null)
  return axes.flatMap((axis) => {
    const others = axes.filter((other) => other !== axis)
    const byOthers = new Map<string, StudyGroup[]>()
    for (const group of groups) {
      const key = others.map(({ placeOf }) => placeOf(group)).join()
      byOthers.set(key, [...(byOthers.get(key) ?? []), group])
    }
    return [...byOthers.values()].map((compared) => {
      const group = compared.reduce((best, other) => (isBetter(other, best) ? other : best))
      return {
        axis: axis.name,
        others: Object.fromEntries(others.map(({ name }) => [name, group.values[name]!])),
        value: group.values[axis.name]!,
        of: compared.length,
        group,
      }
    })
  })
}

/** Means of the same accuracies in another order differ by rounding. */
const isBetter = (group: StudyGroup, best: StudyGroup): boolean =>
  group.summaries.bestValAccuracy!.mean > best.summaries.bestValAccuracy!.mean + 1e-12
