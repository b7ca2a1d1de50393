import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { count } from '../../numbers.js'
import { keepLedger, plannedPoints } from '../../study/keep-ledger.js'
import type { StudyConfig } from '../../study/study-config.js'
import { parseSbatchOptions } from '../../sweep/slurm/options.js'
import { planSubmission, type PointsByNeed, type SubmitOptions } from '../../sweep/slurm/plan.js'
import { submit } from '../../sweep/slurm/submit.js'
import { interruptible } from '../interruption.js'
import { print } from '../output.js'
import { clickablePath } from '../terminal/path.js'
import { describeStudy } from './describe.js'
import type { SweepSettings } from './train-study.js'

/** The program that each task of a job array executes. */
const program = fileURLToPath(new URL('../main.js', import.meta.url))

export interface SlurmSettings extends SweepSettings {
  /** Options of sbatch, as `parseSbatchOptions` takes them. */
  slurm: string | undefined
  /** Prints the scripts instead of submitting them. */
  dryRun: boolean
}

/** Submits the points of a study to Slurm, and prints what it did. @throws the errors of `submit` */
export async function submitStudy(
  study: StudyConfig,
  { runsFolder, jobs, retry, accept, slurm, dryRun }: SlurmSettings,
): Promise<void> {
  const options = slurm === undefined ? [] : parseSbatchOptions(slurm)
  const folder = resolve(runsFolder, study.name)
  const settings: SubmitOptions = { options, program, jobs, retry, accept, onNote: (note) => print(note) }
  const acceptChanges = accept?.includes('config')
  print(describeStudy(study))
  if (dryRun) {
    const points = await plannedPoints(study, folder, { acceptChanges })
    const { arrays, ...needs } = await planSubmission({ name: study.name, folder, points }, settings)
    print(...describeNeeds(needs, folder))
    for (const { files, script } of arrays) print('', `# ${files.script}`, ...script.trimEnd().split('\n'))
    return
  }
  await interruptible(
    async (signal) => {
      const points = await keepLedger(study, folder, { acceptChanges, signal, onNote: settings.onNote })
      const {
        arrays,
        jobs: ids,
        ...needs
      } = await submit({ name: study.name, folder, points }, { ...settings, signal })
      print(...describeNeeds(needs, folder))
      arrays.forEach(({ files, points: tasks }, i) => {
        print(`job       ${ids[i]} of ${count(tasks.length, 'task')}: ${clickablePath(files.script)}`)
      })
    },
    { note: (line) => print(line), stopping: () => 'Stopping; what is submitted stays' },
  )
}

/** The points by what is to be done with them. */
function describeNeeds({ points, queued, finished, running, failed, notes }: PointsByNeed, folder: string): string[] {
  const parts = [
    points.length > 0 && `${points.length} to submit`,
    queued.length > 0 && `${queued.length} queued`,
    running.length > 0 && `${running.length} being trained`,
    finished.length > 0 && `${finished.length} finished`,
    failed.length > 0 && `${failed.length} failed (--retry submits them)`,
  ].filter((part) => part !== false)
  return [...notes, `folder    ${clickablePath(folder)}`, `points    ${parts.join(', ')}`]
}
