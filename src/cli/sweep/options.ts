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

export const onOption = {
  type: 'string',
  requiresArg: true,
  choices: ['slurm'],
  describe: 'Submit the points to a cluster instead of training here; --jobs is then the most tasks at once',
} as const

export const slurmOption = {
  type: 'string',
  requiresArg: true,
  describe: 'Options of sbatch for --on slurm: partition=gpu,gpus=1,time=02:00:00',
} as const
