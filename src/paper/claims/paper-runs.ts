import { LayerRotationError } from '../../errors.js'
import { canonicalJson } from '../../study/canonical.js'
import { openStudy } from '../../study/open-study.js'
import type { StudyRow } from '../../study/study-row.js'
import type { Scale } from '../scale.js'
import { pointsAt } from '../experiments/experiment.js'
import { experimentOfStudy } from '../study-names.js'
import type { TaskName } from '../task-names.js'

/** A finished run of an experiment of the paper. */
export interface PaperRun {
  experiment: string
  /** The values of its point but task and seed. */
  values: Readonly<Record<string, string | number>>
  seed: number
  /** In percent, of the weights that the paper compares: the last ones, or the best by validation accuracy; NaN if none. */
  testAccuracy: number
  /** The mean rotation of the layers after the last epoch, 0 … 2; NaN if none. */
  meanRotation: number
  row: StudyRow
  /** The study's folder. */
  study: string
}

/** The finished runs of a task at one scale. */
export interface TaskRuns {
  task: TaskName
  scale: Scale
  runs: readonly PaperRun[]
}

/**
 * Reads the finished runs of the paper's studies, by task and scale.
 *
 * @param folders studies that `layer-rotation paper` trained
 * @throws {LayerRotationError} INVALID_CONFIG for other studies and for folders that are given twice; MISSING_FILE, INVALID_FILE
 *   or READ_FAILED for their ledgers
 */
export async function readPaperRuns(folders: readonly string[]): Promise<TaskRuns[]> {
  const found = new Map<string, { task: TaskName; scale: Scale; runs: PaperRun[] }>()
  const read = new Set<string>()
  for (const given of folders) {
    const { folder, name, rows } = await openStudy(given)
    if (read.has(folder)) throw new LayerRotationError('INVALID_CONFIG', `${given} is given twice; expected it once`)
    read.add(folder)
    const { experiment, scale } = experimentOfStudy(name, given)
    const points = pointsAt(experiment, scale, { seeds: [1] }) ?? []
    const weights = new Map(points.map(({ values, testWeights }) => [canonicalJson(values), testWeights]))
    for (const row of rows) {
      if (row.state !== 'finished') continue
      const { task, seed, ...values } = row.values as { task: TaskName; seed: number } & PaperRun['values']
      const known = weights.get(canonicalJson({ ...row.values, seed: 1 }))
      // Points of an earlier version, whose experiment had other settings.
      if (known === undefined) continue
      const accuracy = known === 'best' ? row.bestTestAccuracy : row.testAccuracy
      const run: PaperRun = {
        experiment: experiment.name,
        values,
        seed,
        testAccuracy: 100 * (accuracy ?? Number.NaN),
        meanRotation: row.meanRotation ?? Number.NaN,
        row,
        study: folder,
      }
      const key = `${task} ${scale}`
      const group = found.get(key) ?? { task, scale, runs: [] }
      found.set(key, group)
      group.runs.push(run)
    }
  }
  return [...found.values()]
}

/** The runs of a training, by seed. */
export function runsOf(
  { runs }: TaskRuns,
  experiment: string,
  values: Readonly<Record<string, string | number>>,
): Map<number, PaperRun> {
  const wanted = Object.entries(values)
  const found = runs.filter(
    (run) => run.experiment === experiment && wanted.every(([axis, value]) => run.values[axis] === value),
  )
  return new Map(found.map((run) => [run.seed, run]))
}
