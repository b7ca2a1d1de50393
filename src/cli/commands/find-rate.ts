import { join } from 'node:path'
import { LayerRotationError } from '../../errors.js'
import { defineCommand } from '../command.js'
import { assignments, environmentNotice, settings, settingsPositional, sharedOptions, wholeNumber } from '../options.js'
import { print } from '../output.js'

/** The most characters of the experiment's name in that of the folder. */
const longestName = 90

export const findRate = defineCommand({
  command: 'find-rate <experiment> [settings..]',
  describe: 'Try rising learning rates in one short training: the learning-rate range test',
  positionals: {
    experiment: { type: 'string', demandOption: true, describe: 'A preset, or a file of an experiment' },
    settings: settingsPositional,
  },
  options: {
    low: {
      type: 'number',
      requiresArg: true,
      describe: 'Learning rate of the first step',
      defaultDescription: '1e-7',
      coerce: (value: number) => rateOf(value, '--low'),
    },
    high: {
      type: 'number',
      requiresArg: true,
      describe: 'Learning rate of the last step',
      defaultDescription: '10',
      coerce: (value: number) => rateOf(value, '--high'),
    },
    steps: {
      type: 'number',
      requiresArg: true,
      describe: 'Number of steps',
      defaultDescription: '100',
      coerce: (value: number) => wholeNumber(value, '--steps', [20, 10_000]),
    },
    ...sharedOptions,
    json: { type: 'boolean', default: false, describe: 'Print the content of find-rate.json instead of a table' },
  },
  settings,
  examples: [
    ['find-rate mnist', 'A hundred steps at rates from 1e-7 to 10'],
    ['find-rate mine.yaml --low 1e-4 --high 1 --steps 300', 'A narrower range, more closely'],
    ['find-rate mnist "optimizer={type: adam}"', 'With another update rule'],
  ],
  notes: [
    'The rate rises by the same factor at every step and replaces the schedule of the experiment; multipliers, groups and ' +
      'controls stay. The search ends early when the smoothed loss exceeds four times its least value. No image that validates ' +
      'or tests is looked at.',
    'find-rate.json, find-rate.csv and the figure, find-rate.svg and .png, are in <runs>/<experiment>-find-rate, in place of ' +
      'those of an earlier search. docs/find-rate.md explains the suggestions.',
    environmentNotice,
  ],
  handler: async ({ experiment, settings, low, high, steps, runs = 'runs', json, ...given }) => {
    const { loadExperiment } = await import('../../experiment/load-experiment.js')
    const words = [...assignments(given), ...settings]
    const config = await loadExperiment(experiment, words)
    const { showSearch } = await import('../find-rate/show-search.js')
    const search = await showSearch(config, { low, high, steps }, json)
    const folder = join(runs, `${config.name.slice(0, longestName)}-find-rate`)
    const { searchRecord, writeSearch } = await import('../../find-rate/write-search.js')
    await writeSearch(search, folder)
    if (search.rates.length > 1) {
      const { findRateFigure } = await import('../../find-rate/figure.js')
      const { renderFigure } = await import('../../figure/render.js')
      const { writeFigures } = await import('../../figure/write-figures.js')
      await writeFigures([await renderFigure(findRateFigure(search))], folder)
    }
    if (json) print(JSON.stringify(searchRecord(search), null, 2))
    else {
      const { describeSearch } = await import('../find-rate/describe.js')
      const { clickablePath } = await import('../terminal/path.js')
      print(...describeSearch(search, experiment, words), `files     ${clickablePath(folder)}`)
    }
    if (search.suggestions.valley === null) process.exitCode = 1
  },
})

/** Checks a rate in `coerce`; yargs turns other words into NaN. @throws {LayerRotationError} INVALID_CONFIG */
function rateOf(value: number, option: string): number {
  if (value > 0 && value < Infinity) return value
  const problem = Number.isNaN(value) ? 'needs one number above 0' : `is ${value}; expected a number above 0`
  throw new LayerRotationError('INVALID_CONFIG', `${option} ${problem}`)
}
