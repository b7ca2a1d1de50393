import path from 'node:path'
import { styleText } from 'node:util'
import { cosineDistance, decimals, duration } from '../../numbers.js'
import { repeatPaper, type PaperTurn } from '../../paper/repeat.js'
import { paperTable, type PaperRow } from '../../paper/summary.js'
import type { PaperSettings, PaperTask } from '../../paper/task.js'
import { paperTasks, type PaperTaskName } from '../../paper/tasks.js'
import type { Difference } from '../../train/differences.js'
import { interruptible } from '../interruption.js'
import { print } from '../output.js'
import { trainingDisplay } from '../progress/displays.js'
import type { TrainingDisplay } from '../progress/training-display.js'
import { comparisonTable } from '../terminal/comparison-table.js'
import { clickablePath } from '../terminal/path.js'

/** Repeats an experiment, one training after another, and shows it beside the expected numbers. @throws the errors of `repeatPaper` */
export async function repeatExperiment(
  name: PaperTaskName,
  runs: string,
  settings: PaperSettings,
  accept: readonly Difference[] | undefined,
): Promise<void> {
  const task = paperTasks[name]
  print(`${styleText('bold', name)}  ${task.subject}`)

  const labelWidth = Math.max(...task.trainings(settings).map(({ label }) => label.length))
  let display: TrainingDisplay | undefined
  const { folder, summary, report } = await interruptible(
    (signal) =>
      repeatPaper(name, {
        ...settings,
        accept,
        runsFolder: runs,
        signal,
        onTraining: (turn) => {
          display = trainingDisplay(title(turn))
        },
        onStart: (start) => display?.listeners.onStart?.(start),
        onProgress: (progress) => display?.listeners.onProgress?.(progress),
        onEpochEnd: (end, model) => display?.listeners.onEpochEnd?.(end, model),
        onTrained: (_turn, _run, row) => {
          display?.end()
          print(describeRow(row, task, labelWidth))
        },
      }),
    { note: (line) => display?.note(line), stopping: () => 'Stopping after this step' },
  ).finally(() => display?.end())

  print(
    '',
    ...comparisonTable(paperTable(task, summary), process.stdout.columns || 80),
    '',
    `report    ${clickablePath(report)}`,
    `summary   ${clickablePath(path.join(folder, 'summary.json'))}`,
    `figures   ${clickablePath(path.join(folder, 'figures'))}`,
  )
}

const title = ({ label, index, count }: PaperTurn): string => `${label}, ${index + 1} of ${count}`

/** The line that a finished training leaves. */
function describeRow(row: PaperRow, { layer }: PaperTask, labelWidth: number): string {
  const rotation = layer === undefined ? row.meanRotation : row.rotation[layer]
  return [
    `${styleText('green', '✓')} ${row.label.padEnd(labelWidth)}`,
    `test ${decimals(row.testAccuracy, 2)} %`,
    `train ${decimals(row.trainAccuracy, 2)} %`,
    `${layer === undefined ? 'mean rotation' : `rotation of ${layer}`} ${cosineDistance(rotation)}`,
    duration(row.seconds),
  ].join('  ')
}
