import { LayerRotationError } from '../../errors.js'
import { wholeNumber } from '../options.js'

/** The number of processes, or 'slurm' for the tasks of srun. */
export type ProcessesOption = number | 'slurm'

/** The options of the commands that several processes can train together. */
export const processOptions = {
  processes: {
    type: 'string',
    requiresArg: true,
    describe: 'Processes of this machine that train together; or slurm: the tasks of srun. torchrun needs no option',
    defaultDescription: '1',
    coerce: parse,
  },
  'process-timeout': {
    type: 'number',
    requiresArg: true,
    describe: 'Seconds after which a process that does not answer counts as lost, which ends the others',
    defaultDescription: '60',
    coerce: (value: number) => wholeNumber(value, '--process-timeout', [1, 86_400]),
  },
} as const

function parse(given: string): ProcessesOption {
  if (given === 'slurm') return given
  const count = /^\d+$/.test(given) ? Number(given) : NaN
  if (count >= 1 && count <= 1024) return count
  const message = `--processes is ${JSON.stringify(given)}; expected a whole number from 1 to 1024, or slurm`
  throw new LayerRotationError('INVALID_CONFIG', message)
}
