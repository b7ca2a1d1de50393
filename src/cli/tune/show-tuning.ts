import type { ExperimentConfig } from '../../experiment/config.js'
import type { TuneOptions } from '../../tune/tune.js'
import { tune } from '../../tune/tune.js'
import type { Tuning } from '../../tune/tuning.js'
import { interruptible } from '../interruption.js'
import { print } from '../output.js'
import { describeStudy } from '../sweep/describe.js'
import { SweepDisplay } from '../sweep/sweep-display.js'

/**
 * Tunes a setting and shows the trainings.
 *
 * @param isQuiet prints nothing, for a program that reads the result from the output
 * @throws the errors of `tune`
 */
export async function showTuning(
  experiment: ExperimentConfig,
  options: TuneOptions,
  isQuiet: boolean,
): Promise<Tuning> {
  let display: SweepDisplay | undefined
  const note = (line: string) => (display === undefined ? print(line) : display.note(line))
  const listeners: Pick<TuneOptions, 'onPart' | 'onPlan' | 'onPoint' | 'onNote'> = {
    onPart: (part) => {
      display?.end()
      print(describeStudy(part))
      display = new SweepDisplay(part.points.length)
    },
    onPlan: (plan) => display?.listeners.onPlan?.(plan),
    onPoint: (event) => display?.listeners.onPoint?.(event),
    onNote: note,
  }
  return interruptible((signal) => tune(experiment, { ...options, ...(!isQuiet && listeners), signal }), {
    note: isQuiet ? () => undefined : note,
    stopping: () => 'Stopping all trainings after their step',
  }).finally(() => display?.end())
}
