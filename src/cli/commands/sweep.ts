import { resolve } from 'node:path'
import { LayerRotationError } from '../../errors.js'
import { acceptOption } from '../accept.js'
import { defineCommand } from '../command.js'
import { assignments, environmentNotice, settings, sharedOptions } from '../options.js'
import { print } from '../output.js'
import { dryRunOption, jobsOption, onOption, retryOption, slurmOption } from '../sweep/options.js'

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
    jobs: jobsOption,
    zip: {
      type: 'boolean',
      default: false,
      describe: 'Let the axes go together, first value with first value, instead of crossing them; seeds are crossed',
    },
    retry: retryOption,
    accept: acceptOption,
    'dry-run': dryRunOption,
    on: onOption,
    x: { type: 'string', requiresArg: true, describe: 'report: the axis over which accuracy is drawn' },
    slurm: slurmOption,
  },
  settings,
  examples: [
    ['sweep mnist seed=1..5', 'Five seeds of a preset'],
    ['sweep mnist seed=1..3 learningRate.initial=3^-2,3^-3 --jobs 2', 'Six runs, two at a time'],
    [
      'sweep mnist "optimizer={type: sgd},{type: adam}" learningRate.initial=3^-1,3^-6 --zip',
      'Each with a rate of its own',
    ],
    ['sweep mnist seed=1..20 --on slurm --slurm partition=gpu,gpus=1,time=02:00:00', 'As a job array of Slurm'],
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
  handler: async ({
    experiment,
    axes,
    runs = 'runs',
    name,
    jobs,
    zip,
    retry,
    accept,
    'dry-run': dryRun,
    on,
    slurm,
    x,
    ...given
  }) => {
    if (x !== undefined && experiment !== 'report') throw wrongUse('--x goes with sweep report')
    if (experiment === 'status' || experiment === 'report') {
      // Runs, device and threads may come from the environment.
      requireNoTraining(experiment, { name, jobs, zip, retry, accept, dryRun, on, slurm, seed: given.seed })
      const folder = onlyFolder(experiment, axes)
      if (experiment === 'report') {
        const { reportStudy } = await import('../sweep/report-study.js')
        return reportStudy(folder, x)
      }
      return showStatus(folder)
    }
    if (slurm !== undefined && on === undefined) throw wrongUse('--slurm goes with --on slurm')
    const { loadStudy } = await import('../../study/load-study.js')
    const study = await loadStudy(experiment, [...assignments(given), ...axes], { name, zip })
    const settings = { runsFolder: runs, jobs, retry, accept }
    if (on === 'slurm') {
      const { submitStudy } = await import('../sweep/submit-study.js')
      return submitStudy(study, { ...settings, slurm, dryRun })
    }
    if (dryRun) {
      const { showPoints } = await import('../sweep/show-points.js')
      return showPoints(study, resolve(runs, study.name), accept)
    }
    const { trainStudy } = await import('../sweep/train-study.js')
    const { folder } = await trainStudy(study, settings)
    const { reportStudy } = await import('../sweep/report-study.js')
    await reportStudy(folder)
  },
})

/** Prints how far the points of a study are, from its folder alone. */
async function showStatus(folder: string): Promise<void> {
  const { readLedger } = await import('../../study/ledger.js')
  const { describePoints, describeStudy } = await import('../sweep/describe.js')
  const { slurmTasks } = await import('../../sweep/slurm/tasks.js')
  const ledger = await readLedger(folder)
  const { tasks, note } = await slurmTasks({ name: ledger.name, folder })
  print(
    describeStudy(ledger),
    ...(note === undefined ? [] : [note]),
    '',
    ...(await describePoints(ledger, folder, tasks)),
  )
}

/** Refuses options of a training beside `status` or `report`. */
function requireNoTraining(action: string, given: Readonly<Record<string, unknown>>): void {
  const [option] = Object.entries(given).find(([, value]) => value !== undefined && value !== false) ?? []
  if (option === undefined) return
  throw wrongUse(
    `--${option === 'dryRun' ? 'dry-run' : option} goes with the training of a study, not with sweep ${action}`,
  )
}

/** The folder behind `status` or `report`. */
function onlyFolder(action: string, words: readonly string[]): string {
  const [folder] = words
  if (folder !== undefined && words.length === 1) return folder
  const found = words.length === 0 ? '' : `; found ${words.join(' ')}`
  throw wrongUse(`sweep ${action} needs the folder of one study${found}`)
}

const wrongUse = (problem: string): LayerRotationError =>
  new LayerRotationError('INVALID_CONFIG', `${problem}\nSee layer-rotation sweep --help`)
