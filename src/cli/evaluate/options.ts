import { sharedOptions, wholeNumber } from '../options.js'

/** The options of the commands that ask trained weights. */
export const modelOptions = {
  weights: {
    type: 'string',
    requiresArg: true,
    describe: 'Weights of the run: last, best, average or initial; or a safetensors file of others for its network',
    defaultDescription: 'last',
  },
  experiment: {
    type: 'string',
    requiresArg: true,
    describe: "The experiment of weights that are no run's: a preset or a file, as for run",
  },
  'batch-size': {
    type: 'number',
    requiresArg: true,
    describe: 'Images that run through the network at a time',
    defaultDescription: 'as in the training',
    coerce: (value: number) => wholeNumber(value, '--batch-size', [1]),
  },
  device: sharedOptions.device,
  threads: sharedOptions.threads,
} as const
