import { LayerRotationError } from '../../errors.js'
import { sharedOptions, wholeNumber } from '../options.js'

/** The weights that a command asks. */
export const modelPositional = {
  type: 'string',
  demandOption: true,
  describe: 'The folder of a run, or a safetensors file of weights with --experiment',
} as const

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

/** The options of what such a command writes beside its tables. */
export const resultOptions = {
  logits: { type: 'boolean', default: false, describe: 'Write logits.npy into that folder, too' },
  json: { type: 'boolean', default: false, describe: 'Print JSON' },
} as const

/** Refuses --logits without a folder to write them into. @throws {LayerRotationError} INVALID_CONFIG */
export function requireOutput(
  command: string,
  { logits, output }: { logits: boolean; output: string | undefined },
): void {
  if (!logits || output !== undefined) return
  throw new LayerRotationError('INVALID_CONFIG', `--logits goes with --output\nSee layer-rotation ${command} --help`)
}
