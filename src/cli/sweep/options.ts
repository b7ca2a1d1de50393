import { wholeNumber } from '../options.js'

/** The number of trainings of a study at once. */
export const jobsOption = {
  type: 'number',
  requiresArg: true,
  describe: 'Processes that train at once; they divide the cores',
  defaultDescription: '1',
  coerce: (value: number) => wholeNumber(value, '--jobs', [1, 64]),
} as const

export const retryOption = { type: 'boolean', default: false, describe: 'Resume the runs that failed, too' } as const

export const dryRunOption = {
  type: 'boolean',
  default: false,
  describe: 'Print the points, and train nothing',
} as const
