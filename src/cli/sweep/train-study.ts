import { styleText } from 'node:util'
import { count, duration } from '../../numbers.js'
import type { StudyConfig } from '../../study/study-config.js'
import { sweep, type SweepResult } from '../../sweep/sweep.js'
import type { Difference } from '../../train/differences.js'
import { interruptible } from '../interruption.js'
import { print } from '../output.js'
import { describeStudy } from './describe.js'
import { SweepDisplay } from './sweep-display.js'

export interface SweepSettings {
  runsFolder: string
  jobs: number | undefined
  retry: boolean
  accept: readonly Difference[] | undefined
}

/** Trains a study and shows how far it is; the exit code becomes 1 if a point failed. @throws the errors of `sweep` */
export async function trainStudy(study: StudyConfig, settings: SweepSettings): Promise<SweepResult> {
  print(describeStudy(study))
  const startedAt = Date.now()
  const display = new SweepDisplay(study.points.length)
  const result = await interruptible((signal) => sweep(study, { ...settings, ...display.listeners, signal }), {
    note: (line) => display.note(line),
    stopping: () => 'Stopping all trainings after their step',
  }).finally(() => display.end())
  const { finished, failed } = result
  const seconds = (Date.now() - startedAt) / 1000
  print(
    `${styleText('green', 'finished')}  ${finished.length} of ${count(study.points.length, 'point')} in ${duration(seconds)}`,
  )
  const unreadable = failed.filter(({ isUnreadable }) => isUnreadable).length
  const others = failed.length - unreadable
  const failure = (points: number, remedy: string) =>
    print(`${styleText('red', 'failed')}    ${count(points, 'point')}; ${remedy}`)
  if (others > 0) failure(others, '--retry tries them again')
  if (unreadable > 0) failure(unreadable, 'what cannot be read is trained again once its folder is moved away')
  if (failed.length > 0) process.exitCode = 1
  return result
}
