import type { AccuracyPoint } from '../../figure/paper/accuracy-over.js'
import type { ComparisonRow, GroupValues } from '../comparison/rows.js'
import type { PaperExperiment } from '../experiments/experiment.js'
import type { TaskName } from '../task-names.js'

/** A line through the trainings of an experiment along one axis. */
export interface Along {
  /** 'alpha', 'rho' or 'rate'. */
  axis: string
  /** The values on the other axes. */
  at: GroupValues
}

/**
 * The accuracies of the trainings along an axis: ours, and all published ones of the same tasks, also those of trainings that
 * the study does not have. Tasks whose trainings have one value on the axis are left out.
 */
export function accuracyPoints(
  experiment: PaperExperiment,
  rows: readonly ComparisonRow[],
  { axis, at }: Along,
): AccuracyPoint[] {
  const isAlong = (values: GroupValues) => Object.entries(at).every(([name, value]) => values[name] === value)
  const along = rows.filter(({ values, quantity }) => quantity === 'testAccuracy' && isAlong(values))
  const valuesOf = (task: unknown) =>
    new Set(along.filter(({ values }) => values['task'] === task).map(({ values }) => values[axis]))
  const mine = along.filter(({ values }) => valuesOf(values['task']).size > 1)
  const trainAccuracyOf = (values: GroupValues) =>
    rows.find((row) => row.quantity === 'trainAccuracy' && row.values === values)?.ours?.mean ?? null
  const tasks = [...new Set(mine.map(({ values }) => values['task'] as TaskName))]
  const ours = mine.map(({ values, ours }) => ({
    task: String(values['task']),
    value: Number(values[axis]),
    ours: ours && { testAccuracy: ours.mean, deviation: ours.deviation, trainAccuracy: trainAccuracyOf(values) },
    published: null,
  }))
  const published = tasks.length === 0 ? [] : experiment.points({ tasks, seeds: [1] })
  return [
    ...ours,
    ...published.flatMap(({ values, published: { testAccuracy, trainAccuracy } }) =>
      testAccuracy === undefined || !isAlong(values)
        ? []
        : [
            {
              task: values.task,
              value: Number(values[axis]),
              ours: null,
              published: { testAccuracy: testAccuracy.value, trainAccuracy: trainAccuracy?.value ?? null },
            },
          ],
    ),
  ]
}
