import type { Options } from 'yargs'
import { LayerRotationError } from '../errors.js'
import type { ExperimentConfig } from '../experiment/config.js'

/** The keys of an experiment that can be set as `key=value`, listed here so that wrong use is answered without loading zod. */
export const settings = [
  'data',
  'normalization',
  'augmentation',
  'validation',
  'evaluation',
  'model',
  'initialWeights',
  'loss',
  'optimizer',
  'regularization',
  'gradientClipping',
  'groups',
  'learningRate',
  'multipliers',
  'epochs',
  'batchSize',
  'batches',
  'accumulation',
  'precision',
  'memoryFormat',
  'cudnnBenchmark',
  'seed',
  'device',
  'threads',
  'averaging',
  'stopping',
  'record',
  'checkpoint',
  'loggers',
  'tags',
  'notes',
] as const satisfies readonly Exclude<keyof ExperimentConfig, 'name'>[]

/** The settings behind an experiment on the command line. */
export const settingsPositional = {
  type: 'string',
  array: true,
  default: [],
  defaultDescription: 'none',
  describe: 'path=value: sets a value of the experiment; the value is YAML',
} as const

/** The folders that a command looks at, at least one. */
export const foldersPositional = {
  type: 'string',
  array: true,
  demandOption: true,
  // Or else the help shows the default [] that yargs gives a list, beside "required".
  default: undefined,
} as const

const threadsRange = [1, 1024] as const

/** Options that several commands have. */
export const sharedOptions = {
  runs: {
    type: 'string',
    requiresArg: true,
    describe: 'Folder that holds the runs',
    defaultDescription: 'runs',
  },
  seed: {
    type: 'number',
    requiresArg: true,
    describe: 'Seed of the subset, the initial weights and the order of images: 0 to 4294967295',
    coerce: (value: number) => wholeNumber(value, '--seed', [0, 2 ** 32 - 1]),
  },
  device: {
    type: 'string',
    requiresArg: true,
    describe: 'auto (CUDA where there is one, else the CPU), cpu, cuda or cuda:N',
  },
  threads: {
    type: 'number',
    requiresArg: true,
    describe: 'CPU threads',
    defaultDescription: 'one a core',
    coerce: (value: number) => wholeNumber(value, '--threads', threadsRange),
  },
} satisfies Record<string, Options>

/** The environment variables that replace options that are not given; the commands' help names them. */
const variables = {
  runs: 'LAYER_ROTATION_RUNS',
  device: 'LAYER_ROTATION_DEVICE',
  threads: 'LAYER_ROTATION_THREADS',
} as const

/**
 * Fills in options from the environment that the command line does not give. The `env()` of yargs is of no use: it takes every
 * variable with the prefix for an option, and `strict()` then rejects it in commands without that option.
 *
 * @param known the options of the command
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function applyEnvironment(args: Record<string, unknown>, known: Readonly<Record<string, unknown>>): void {
  for (const [option, variable] of Object.entries(variables)) {
    const value = process.env[variable]
    const given = args[option]
    const isList = Array.isArray(given)
    if (!(option in known) || !value || (isList ? given.length > 0 : given !== undefined)) continue
    const parsed = option === 'threads' ? wholeNumber(Number(value), variable, threadsRange) : value
    args[option] = isList ? [parsed] : parsed
  }
}

export const environmentNotice = `Environment: ${Object.values(variables).join(', ')} replace options that are not given.`

/** Checks a number in `coerce`; yargs turns other words into NaN. @throws {LayerRotationError} INVALID_CONFIG */
export function wholeNumber(
  value: number,
  where: string,
  [least, most = Infinity]: readonly [number, number?],
): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value
  const range = most === Infinity ? `of at least ${least}` : `from ${least} to ${most}`
  const isNumber = typeof value === 'number' && !Number.isNaN(value)
  const problem = isNumber ? `is ${value}; expected a whole number ${range}` : `needs one whole number ${range}`
  throw new LayerRotationError('INVALID_CONFIG', `${where} ${problem}`)
}

/** The options that have a setting of the same name, as assignments; their values are YAML. */
export function assignments(given: { [option in 'name' | 'seed' | 'device' | 'threads']?: string | number }): string[] {
  return (['name', 'seed', 'device', 'threads'] as const).flatMap((option) => {
    const value = given[option]
    return value === undefined ? [] : [`${option}=${JSON.stringify(value)}`]
  })
}
