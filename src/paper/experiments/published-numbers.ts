import { rotations, type RotationRun } from '../published/rotations.js'
import type { PublishedTable } from '../published/table.js'
import type { MainTask } from '../task-names.js'
import type { Task } from '../tasks/task.js'
import type { PublishedNumber, PublishedNumbers, PublishedRotation } from './point.js'

/**
 * The numbers that a training of the task can be compared with: if it is scaled, only accuracies, whose order should be the
 * same. Curves and moments are those of the long trainings.
 */
export function comparableAt({ isScaled }: Task, numbers: PublishedNumbers): PublishedNumbers {
  if (!isScaled) return numbers
  const accuracies = Object.entries(numbers).filter(([key]) => accuracyColumns.some((column) => column === key))
  return Object.fromEntries(accuracies)
}

const accuracyColumns = ['testAccuracy', 'difference', 'trainAccuracy'] as const

type Accuracies = Pick<PublishedNumbers, (typeof accuracyColumns)[number]>

/** The accuracies of the row that `isMeant`, with their sources; of those columns that the table has and the row fills. */
export function accuraciesIn<Row extends Partial<Record<keyof Accuracies, number | null>>>(
  table: PublishedTable<Row>,
  isMeant: (row: Row) => boolean,
): Accuracies {
  const row = table.rows.find(isMeant)
  const numbers = accuracyColumns.flatMap((column): [string, PublishedNumber][] => {
    const [value, source] = [row?.[column], table.sources[column]]
    return value === undefined || value === null || source === undefined ? [] : [[column, { value, source }]]
  })
  return Object.fromEntries(numbers)
}

/** The rotation of a run at x = 79 of the figures, after the first update of the 79th epoch. */
export function rotationOf(task: MainTask, run: RotationRun): { rotation?: PublishedRotation } {
  const row = rotations.rows.find((one) => one.task === task && one.run === run)
  const source = rotations.sources.others
  if (row === undefined || source === undefined) return {}
  const { first, last, others } = row
  return { rotation: { first, last, others, after: { epochs: 78, updates: 1 }, source } }
}
