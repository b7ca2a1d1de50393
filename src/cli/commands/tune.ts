import { LayerRotationError } from '../../errors.js'
import { acceptOption } from '../accept.js'
import { defineCommand } from '../command.js'
import { assignments, environmentNotice, settings, sharedOptions, wholeNumber } from '../options.js'
import { print } from '../output.js'
import { jobsOption, retryOption } from '../sweep/options.js'

export const tune = defineCommand({
  command: 'tune <experiment> [settings..]',
  describe: 'Propose a learning rate, or another setting, from short runs by rotation alone',
  positionals: {
    experiment: {
      type: 'string',
      demandOption: true,
      describe: 'A preset, or a file of an experiment',
    },
    settings: {
      type: 'string',
      array: true,
      default: [],
      defaultDescription: 'none',
      describe:
        'path=value: sets a value of the experiment; path=low..high, or several values between commas, are the candidates',
    },
  },
  options: {
    setting: {
      type: 'string',
      requiresArg: true,
      describe: 'learningRate, weightDecay or a path, if no candidates are given: five in factors of three are tried',
      defaultDescription: 'learningRate',
    },
    budget: {
      type: 'string',
      requiresArg: true,
      describe: 'Time for all short runs together, such as 90s, 30m or 2h; it sets their length',
    },
    epochs: {
      type: 'number',
      requiresArg: true,
      describe: 'Epochs of each short run, on a schedule that is shortened in proportion',
      defaultDescription: 'a tenth of them, at least 4',
      coerce: (value: number) => wholeNumber(value, '--epochs', [1]),
    },
    seeds: {
      type: 'number',
      requiresArg: true,
      describe: 'Short runs of each candidate, with seeds from that of the experiment on',
      defaultDescription: '1',
      coerce: (value: number) => wholeNumber(value, '--seeds', [1, 100]),
    },
    verify: {
      type: 'boolean',
      default: false,
      describe: 'Train whole runs with the proposal and its neighbours among the candidates',
    },
    name: { type: 'string', requiresArg: true, describe: 'Name of the folder that holds the runs' },
    ...sharedOptions,
    jobs: jobsOption,
    retry: retryOption,
    accept: acceptOption,
    json: { type: 'boolean', default: false, describe: 'Print the content of tune.json instead of tables' },
  },
  settings,
  examples: [
    ['tune mnist', 'The learning rate of a preset, from runs of a tenth of its epochs'],
    [
      'tune mine.yaml learningRate=1e-4..1 --budget 30m --jobs 2',
      'Among rates in factors of three, within half an hour',
    ],
    ['tune mine.yaml --setting weightDecay --verify', 'The weight decay, verified by three whole runs'],
    ['tune mnist "optimizer={type: sgd},{type: adam}"', 'Which of two rules turns the layers'],
  ],
  notes: [
    'The proposal is the value at which the layers will have turned all the way round at the end of the whole run, all alike: ' +
      'where the networks of the paper generalise best. No image that validates or tests is looked at. docs/tune.md has the formulas, ' +
      'and measurements, in which small tasks were better tuned by the training loss.',
    'The runs, tune.json, tune.csv and figures are in <runs>/<experiment>-tune. The same command goes on after Ctrl-C.',
    environmentNotice,
  ],
  handler: async ({ experiment, settings, setting, budget, seeds = 1, runs = 'runs', json, name, ...rest }) => {
    const { epochs, verify, jobs, retry, accept, ...given } = rest
    const { parseBudget, parseTuneWords } = await import('../tune/options.js')
    const words = await parseTuneWords(settings)
    if (words.setting !== undefined && setting !== undefined) {
      throw wrongUse(`--setting goes with no candidates; found those of ${words.setting}`)
    }
    if (budget !== undefined && epochs !== undefined) throw wrongUse('--budget and --epochs both set the length')
    const seconds = budget === undefined ? undefined : parseBudget(budget)
    const { loadExperiment } = await import('../../experiment/load-experiment.js')
    const config = await loadExperiment(experiment, [...assignments(given), ...words.settings])
    const { showTuning } = await import('../tune/show-tuning.js')
    const tuning = await showTuning(
      config,
      {
        setting: words.setting ?? setting,
        values: words.values,
        budget: seconds,
        epochs,
        seeds: Array.from({ length: seeds }, (_, i) => config.seed + i),
        verify,
        name,
        runsFolder: runs,
        jobs,
        retry,
        accept,
      },
      json,
    )
    const { drawTuning } = await import('../tune/draw.js')
    const figures = await drawTuning(tuning)
    if (json) {
      const { tuningRecord } = await import('../../tune/write-tuning.js')
      print(JSON.stringify(tuningRecord(tuning), null, 2))
    } else {
      const { describeTuning } = await import('../tune/describe.js')
      const { clickablePath } = await import('../terminal/path.js')
      const shown = [...assignments(given), ...words.settings]
      print('', ...describeTuning(tuning, experiment, shown), `figures   ${clickablePath(figures)}`)
    }
    if (tuning.proposal === null) process.exitCode = 1
  },
})

const wrongUse = (problem: string): LayerRotationError =>
  new LayerRotationError('INVALID_CONFIG', `${problem}\nSee layer-rotation tune --help`)
