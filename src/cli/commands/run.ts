import { join } from 'node:path'
import { LayerRotationError } from '../../errors.js'
import type { ExperimentConfig } from '../../experiment/config.js'
import type { Difference } from '../../train/differences.js'
import { acceptOption } from '../accept.js'
import { defineCommand } from '../command.js'
import { assignments, environmentNotice, settings, settingsPositional, sharedOptions } from '../options.js'
import { print } from '../output.js'
import { processOptions } from '../processes/options.js'
import { withProcesses } from '../processes/with-processes.js'
import { settingsHelp } from '../settings-help.js'
import { shortPath } from '../terminal/path.js'
import { showReport, showTraining } from '../training.js'

export const run = defineCommand({
  command: 'run <experiment> [settings..]',
  describe: 'Train an experiment',
  positionals: {
    experiment: {
      type: 'string',
      demandOption: true,
      describe: 'A preset (mnist, cifar10-fast), or a .ts, .js, .yaml or .json file, such as the config.json of a run',
    },
    settings: settingsPositional,
  },
  options: {
    name: {
      type: 'string',
      requiresArg: true,
      describe: 'Name of the experiment and of the folder that holds its runs',
    },
    label: {
      type: 'string',
      requiresArg: true,
      describe: "Last part of the name of the run's folder, instead of six random digits",
    },
    ...sharedOptions,
    ...processOptions,
    resume: {
      type: 'string',
      requiresArg: true,
      describe:
        'Resume a run: its folder, or auto for the newest unfinished run of this experiment that no process writes, if there is one',
    },
    accept: acceptOption,
    'print-config': {
      type: 'boolean',
      default: false,
      describe: 'Print the whole experiment as YAML, defaults included, and train nothing',
    },
  },
  settings,
  examples: [
    ['run mnist', "The paper's perceptron on MNIST at a learning rate of 3^-2"],
    ['run mnist learningRate.initial=0.037 --name second-try', 'With another rate and name'],
    ['run mnist epochs=20 learningRate.at=[15]', '20 epochs, the rate drops after the 15th'],
    ['run mnist "optimizer={type: sgd, momentum: 0.9}"', 'With another update rule'],
    ['run mnist "validation={share: 0.1}"', 'A tenth of the images validates; the best weights are kept'],
    ['run mnist --print-config > mine.yaml', 'A file to start from'],
    ['run mine.yaml --device cuda', 'That file, on a GPU'],
    ['run mine.yaml --processes 2', 'By two processes, which share each batch'],
    ['run mine.yaml --resume auto', 'Resume the interrupted run, if there is one'],
    ['run runs/mnist/20261123-052233-7f3a90/config.json', 'Repeat a run'],
  ],
  notes: [
    settingsHelp,
    'A part that is null has no keys yet: set all of it, validation={share: 0.1}, not validation.share=0.1.',
    'Every run gets a folder of its own, <runs>/<name>/<time>-<id>, with its config, environment, metrics, rotation, ' +
      'weights and report. Ctrl-C stops after the current step and keeps everything, so that the run can ' +
      'be resumed; a second Ctrl-C quits at once.',
    `${environmentNotice} They override the file; options and settings override them.`,
  ],
  handler: async ({
    experiment,
    settings,
    runs,
    label,
    'print-config': printConfig,
    resume: resumed,
    accept,
    processes,
    'process-timeout': processTimeout,
    ...given
  }) => {
    requireTogether({ resumed, accept, label })
    if (label !== undefined) await requireName(label)
    const { loadExperiment } = await import('../../experiment/load-experiment.js')
    const overrides = [...assignments(given), ...settings]
    const config = await loadExperiment(experiment, overrides)
    if (printConfig) {
      const { yamlText } = await import('../../experiment/yaml.js')
      return print((await yamlText(config)).trimEnd())
    }
    await withProcesses({ processes, 'process-timeout': processTimeout }, async (group) => {
      if (resumed !== undefined && resumed !== 'auto') {
        const { resumeTogether } = await import('../../train/resume.js')
        return showTraining(
          (options) => resumeTogether(resumed, { ...options, config, overrides, accept }, group),
          group,
        )
      }
      const all = join(runs ?? 'runs', config.name)
      if (resumed === 'auto' && (await addReport(all, config))) return
      const { resumeNewest } = await import('../../train/resume.js')
      const { trainTogether } = await import('../../train/train.js')
      const definition = { experiment, overrides }
      await showTraining(async (options) => {
        const continued =
          resumed === 'auto' ? await resumeNewest(all, config, { ...options, accept, overrides }, group) : undefined
        return continued ?? trainTogether(config, { ...options, runsFolder: runs, label, definition }, group)
      }, group)
    })
  },
})

interface AboutTheRun {
  resumed: string | undefined
  accept: readonly Difference[] | undefined
  label: string | undefined
}

/** Refuses options that have no effect beside the others. */
function requireTogether({ resumed, accept, label }: AboutTheRun): void {
  const refuse = (problem: string) => {
    throw new LayerRotationError('INVALID_CONFIG', `${problem}\nSee layer-rotation run --help`)
  }
  if (accept !== undefined && resumed === undefined) refuse('--accept goes with --resume')
  if (label !== undefined && resumed !== undefined && resumed !== 'auto')
    refuse(`--label goes with a new run; ${resumed} has its name`)
}

async function requireName(label: string): Promise<void> {
  const { folderName } = await import('../../experiment/config.js')
  const { validate } = await import('../../validation/validate.js')
  validate(folderName, label, '--label')
}

/** Writes the report of the newest run of an experiment, if the run is finished but for that. @returns false if it is not */
async function addReport(runs: string, config: ExperimentConfig): Promise<boolean> {
  const { newestWithoutReport } = await import('../../run/find-run.js')
  const { configDifferences } = await import('../../train/differences.js')
  const folder = await newestWithoutReport(runs, (run) => configDifferences(run.config, config).length === 0)
  if (folder === undefined) return false
  const { openRun } = await import('../../run/open-run.js')
  print(`trained   already; the report of ${shortPath(folder)} is missing and is written now`)
  await showReport(await openRun(folder))
  return true
}
