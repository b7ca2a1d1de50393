import { canonicalJson } from '../../study/canonical.js'
import type { LedgerPoint } from '../../study/ledger.js'
import type { PointValues } from '../../study/study-config.js'
import { pointsAt, type PaperExperiment } from '../experiments/experiment.js'
import type { PaperPoint } from '../experiments/point.js'
import type { Scale } from '../scale.js'
import type { GroupValues } from './rows.js'

/** A training of an experiment and the points that repeat it with other seeds. */
export interface Training {
  /** The task, and the values on the axes of the experiment. */
  values: GroupValues
  /** The training with one of its seeds. */
  point: PaperPoint
  /** Its points in the ledger; none if it was not planned. */
  planned: LedgerPoint[]
}

/** The trainings of an experiment of those tasks that the ledger has, in the order of the experiment. */
export function trainingsIn(experiment: PaperExperiment, scale: Scale, ledger: readonly LedgerPoint[]): Training[] {
  const tasks = experiment.tasks.filter((task) => ledger.some(({ values }) => values['task'] === task))
  const points = pointsAt(experiment, scale, { tasks, seeds: [1] }) ?? []
  return points.map((point) => ({
    values: withoutSeed(point.values),
    point,
    planned: ledger.filter(({ values }) => keyOf(values) === keyOf(point.values)),
  }))
}

/** The same text for points that differ by their seed alone. */
const keyOf = (values: PointValues): string => canonicalJson(withoutSeed(values))

export const withoutSeed = <Value>(values: Readonly<Record<string, Value>>): Record<string, Value> =>
  Object.fromEntries(Object.entries(values).filter(([axis]) => axis !== 'seed'))
