import type { Run, TrainedRun } from '../run/open-run.js'
import type { TrainingListeners, TrainingStart } from '../train/events.js'
import type { ProcessGroup } from '../processes/process-group.js'
import { interruptible } from './interruption.js'
import { print } from './output.js'
import { clickablePath } from './terminal/path.js'

/**
 * Shows a training from the loading of its data to its report.
 *
 * @param begin starts the training
 * @param group the processes that train together; they end with the training
 */
export async function showTraining(
  begin: (options: TrainingListeners & { signal: AbortSignal }) => Promise<TrainedRun>,
  group?: ProcessGroup,
): Promise<void> {
  const view = await trainingView()
  let isTrained = false
  await interruptible(
    async (own) => {
      const signal = group ? AbortSignal.any([own, group.stopped]) : own
      const run = await begin({ ...view.listeners, signal }).finally(() => view.end())
      isTrained = true
      await group?.end(0)
      const { describeFinish } = await import('./progress/describe.js')
      print(...describeFinish(run))
      const speed = group?.describeSpeed()
      if (speed !== undefined) print(`speed     ${speed}`)
      await showReport(run)
    },
    {
      note: (line) => view.note(line),
      stopping: () => (isTrained ? 'Finishing the report' : 'Stopping after this step'),
    },
  )
}

/** The displays of a training: of its data, and then of its epochs. */
export interface TrainingView {
  listeners: TrainingListeners
  /** Prints a line beside the displays. */
  note: (line: string) => void
  end: () => void
}

/** Prepares the displays of a training. */
export async function trainingView(): Promise<TrainingView> {
  const { trainingDisplay, workDisplay } = await import('./progress/displays.js')
  const { describeStart } = await import('./progress/describe.js')
  const work = workDisplay()
  const display = trainingDisplay()
  const { onStart, ...listeners } = display.listeners
  const announce = (start: TrainingStart) => {
    work.end()
    print(...describeStart(start))
    onStart?.(start)
  }
  return {
    listeners: {
      ...listeners,
      onData: (progress) => work.progress(progress),
      onNote: (note) => work.note(note),
      onStart: announce,
    },
    note: (line) => display.note(line),
    end: () => {
      work.end()
      display.end()
    },
  }
}

/** Writes the report of a run into its folder. */
export async function showReport(run: Run): Promise<void> {
  const { writeReport } = await import('../report/write-report.js')
  const report = await writeReport([run], run.folder)
  print(`report    ${clickablePath(report)}`)
}
