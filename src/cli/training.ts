import type { Run } from '../run/open-run.js'
import type { TrainingListeners, TrainingStart } from '../train/events.js'
import { interruptible } from './interruption.js'
import { print } from './output.js'
import { describeFinish, describeStart } from './progress/describe.js'
import { clickablePath } from './terminal/path.js'

/** Shows a training from the loading of its data to its report. @param begin starts the training */
export async function showTraining(
  begin: (options: TrainingListeners & { signal: AbortSignal }) => Promise<Run>,
): Promise<void> {
  const { trainingDisplay, workDisplay } = await import('./progress/displays.js')
  const work = workDisplay()
  const display = trainingDisplay()
  const { onStart, ...listeners } = display.listeners
  const announce = (start: TrainingStart) => {
    work.end()
    print(...describeStart(start))
    onStart?.(start)
  }
  const reading: Pick<TrainingListeners, 'onData' | 'onNote'> = {
    onData: (progress) => work.progress(progress),
    onNote: (note) => work.note(note),
  }
  let isTrained = false
  const train = (signal: AbortSignal) =>
    begin({ ...listeners, ...reading, onStart: announce, signal }).finally(() => {
      work.end()
      display.end()
    })
  await interruptible(
    async (signal) => {
      const run = await train(signal)
      isTrained = true
      print(...describeFinish(run))
      await showReport(run)
    },
    {
      note: (line) => display.note(line),
      stopping: () => (isTrained ? 'Finishing the report' : 'Stopping after this step'),
    },
  )
}

/** Writes the report of a run into its folder. */
export async function showReport(run: Run): Promise<void> {
  const { writeReport } = await import('../report/write-report.js')
  const report = await writeReport([run], run.folder)
  print(`report    ${clickablePath(report)}`)
}
