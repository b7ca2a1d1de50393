import { resolve } from 'node:path'
import { styleText } from 'node:util'
import { LayerRotationError } from '../../errors.js'
import { count, duration } from '../../numbers.js'
import type { StudyConfig } from '../../study/study-config.js'
import type { Difference } from '../../train/differences.js'
import { acceptOption } from '../accept.js'
import { defineCommand } from '../command.js'
import { interruptible } from '../interruption.js'
import { assignments, environmentNotice, settings, sharedOptions, wholeNumber } from '../options.js'
import { print } from '../output.js'

export const sweep = defineCommand({
  command: 'sweep <experiment> [axes..]',
  describe: 'Train a study: an experiment at several seeds, rates, controls or networks',
  positionals: {
    experiment: {
      type: 'string',
      demandOption: true,
      describe: 'A preset, a file of an experiment or of a study; or status or report, for the folder of a study',
    },
    axes: {
      type: 'string',
      array: true,
      default: [],
      defaultDescription: 'none',
      describe: 'path=values: an axis, such as seed=1..5 or learningRate.initial=3^-2,3^-3; one value sets it for all',
    },
  },
  options: {
    name: { type: 'string', requiresArg: true, describe: 'Name of the study and of its folder' },
    ...sharedOptions,
    jobs: {
      type: 'number',
      requiresArg: true,
      describe: 'Processes that train at once; they divide the cores',
      defaultDescription: '1',
      coerce: (value: number) => wholeNumber(value, '--jobs', [1, 64]),
    },
    zip: {
      type: 'boolean',
      default: false,
      describe: 'Let the axes go together, first value with first value, instead of crossing them; seeds are crossed',
    },
    retry: { type: 'boolean', default: false, describe: 'Resume the runs that failed, too' },
    accept: acceptOption,
    'dry-run': { type: 'boolean', default: false, describe: 'Print the points, and train nothing' },
  },
  settings,
  examples: [
    ['sweep mnist seed=1..5', 'Five seeds of a preset'],
    ['sweep mnist seed=1..3 learningRate.initial=3^-2,3^-3 --jobs 2', 'Six runs, two at a time'],
    [
      'sweep mnist "optimizer={type: sgd},{type: adam}" learningRate.initial=3^-1,3^-6 --zip',
      'Each with a rate of its own',
    ],
    ['sweep study.yaml', 'A study from a file; the same command goes on after an interruption'],
    ['sweep status runs/mnist', 'How far a study is'],
    ['sweep report runs/mnist', 'Its report, figures and tables, from what is finished'],
  ],
  notes: [
    'The folder of a study, <runs>/<name>, is its ledger: the same command again passes over what is finished, resumes what ' +
      'was interrupted, and adds points that are new. Several sweeps on one folder divide its points between them.',
    'Ctrl-C stops all trainings after their step. A point that fails does not end the study; --retry resumes it.',
    `${environmentNotice}`,
  ],
  handler: async ({ experiment, axes, runs = 'runs', name, jobs, zip, retry, accept, 'dry-run': dryRun, ...given }) => {
    if (experiment === 'status') {
      requireNoTraining(experiment, { name, jobs, zip, retry, accept, dryRun, ...given })
      return showStatus(onlyFolder(experiment, axes))
    }
    const { loadStudy } = await import('../../study/load-study.js')
    const study = await loadStudy(experiment, [...assignments(given), ...axes], { name, zip })
    if (dryRun) return showPoints(study, resolve(runs, study.name), accept)
    await train(study, { runsFolder: runs, jobs, retry, accept })
  },
})

/** Prints the points of a study, and changes nothing. */
async function showPoints(study: StudyConfig, folder: string, accept: readonly Difference[] = []): Promise<void> {
  const { plannedPoints } = await import('../../study/keep-ledger.js')
  const { describePoints, describeStudy } = await import('../sweep/describe.js')
  const points = await plannedPoints(study, folder, { acceptChanges: accept.includes('config') })
  print(describeStudy(study), '', ...(await describePoints({ ...study, points }, folder)))
}

/** Prints how far the points of a study are, from its folder alone. */
async function showStatus(folder: string): Promise<void> {
  const { readLedger } = await import('../../study/ledger.js')
  const { describePoints, describeStudy } = await import('../sweep/describe.js')
  const ledger = await readLedger(folder)
  print(describeStudy(ledger), '', ...(await describePoints(ledger, folder)))
}

/** Refuses options of a training beside `status` or `report`. */
function requireNoTraining(action: string, given: Readonly<Record<string, unknown>>): void {
  const [option] = Object.entries(given).find(([, value]) => value !== undefined && value !== false) ?? []
  if (option === undefined) return
  const name = option === 'dryRun' ? 'dry-run' : option
  const message = `--${name} goes with the training of a study, not with sweep ${action}`
  throw new LayerRotationError('INVALID_CONFIG', `${message}\nSee layer-rotation sweep --help`)
}

/** The folder behind `status` or `report`. */
function onlyFolder(action: string, words: readonly string[]): string {
  const [folder] = words
  if (folder !== undefined && words.length === 1) return folder
  const found = words.length === 0 ? '' : `; found ${words.join(' ')}`
  throw new LayerRotationError(
    'INVALID_CONFIG',
    `sweep ${action} needs the folder of one study${found}\nSee layer-rotation sweep --help`,
  )
}

interface SweepSettings {
  runsFolder: string
  jobs: number | undefined
  retry: boolean
  accept: readonly Difference[] | undefined
}

async function train(study: StudyConfig, settings: SweepSettings): Promise<void> {
  const { sweep } = await import('../../sweep/sweep.js')
  const { describeStudy } = await import('../sweep/describe.js')
  const { SweepDisplay } = await import('../sweep/sweep-display.js')
  print(describeStudy(study))
  const startedAt = Date.now()
  const display = new SweepDisplay(study.points.length)
  const { finished, failed } = await interruptible(
    (signal) => sweep(study, { ...settings, ...display.listeners, signal }),
    { note: (line) => display.note(line), stopping: () => 'Stopping all trainings after their step' },
  ).finally(() => display.end())
  const seconds = (Date.now() - startedAt) / 1000
  print(
    `${styleText('green', 'finished')}  ${finished.length} of ${count(study.points.length, 'point')} in ${duration(seconds)}`,
  )
  if (failed.length === 0) return
  print(`${styleText('red', 'failed')}    ${count(failed.length, 'point')}; --retry resumes what failed`)
  process.exitCode = 1
}
