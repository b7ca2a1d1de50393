import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PaperExperiment } from '../../../src/paper/experiments/experiment.js'
import { paperStudy } from '../../../src/paper/paper-study.js'
import type { Scale } from '../../../src/paper/scale.js'
import type { TaskName } from '../../../src/paper/task-names.js'
import { keepLedger } from '../../../src/study/keep-ledger.js'
import { runFolder } from '../../../src/study/ledger.js'
import type { PointValues } from '../../../src/study/study-config.js'
import { lendRun } from '../../study/lend-run.js'

/** The numbers that a run shall have after its last epoch; undefined for a run that is not there. */
type NumbersOf = (values: PointValues) => { accuracy: number; rotation: number } | undefined

interface StudyOptions {
  scale?: Scale
  tasks?: readonly TaskName[]
  seeds?: readonly number[]
}

/**
 * Makes the folder of a paper's study whose runs are copies of a real one, with other numbers: test accuracy as a fraction, and a
 * rotation that all layers have in all rows after the start.
 *
 * @param trained the folder of a finished run
 * @param runs the folder in which the study's folder is made
 */
export async function trainedStudy(
  experiment: PaperExperiment,
  trained: string,
  runs: string,
  numbersOf: NumbersOf,
  { scale = 'laptop', tasks, seeds }: StudyOptions = {},
): Promise<string> {
  const { name, first } = paperStudy(experiment, { scale, tasks, seeds })
  const folder = join(runs, name)
  const points = await keepLedger(first, folder)
  const lent = points.flatMap((point) => {
    const numbers = numbersOf(point.values)
    return numbers === undefined ? [] : [{ point, numbers }]
  })
  await lendRun(
    folder,
    lent.map(({ point }) => point),
    trained,
  )
  for (const { point, numbers } of lent) {
    const path = runFolder(folder, point)
    rewrite(join(path, 'metrics.csv'), (columns, cells) =>
      cells.map((cell, i) => (columns[i] === 'test_accuracy' ? String(numbers.accuracy) : cell)),
    )
    rewrite(join(path, 'rotation.csv'), (columns, cells) =>
      cells.map((cell, i) => (columns[i] === 'epoch' || cells[0] === '0' ? cell : String(numbers.rotation))),
    )
  }
  return folder
}

function rewrite(file: string, change: (columns: readonly string[], cells: readonly string[]) => string[]): void {
  const [head, ...rows] = readFileSync(file, 'utf8').trimEnd().split('\n')
  const columns = head!.split(',')
  const changed = rows.map((row) => change(columns, row.split(',')).join(','))
  writeFileSync(file, `${[head, ...changed].join('\n')}\n`)
}
