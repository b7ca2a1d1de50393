import type { CommandModule, InferredOptionType, Options, PositionalOptions } from 'yargs'
import { LayerRotationError } from '../errors.js'
import { applyEnvironment } from './options.js'

type Positionals = Readonly<Record<string, PositionalOptions>>
type NamedOptions = Readonly<Record<string, Options>>
type Value<Spec extends Options | PositionalOptions> = InferredOptionType<Spec>

/** What a handler gets: a key without demandOption and default is absent where nothing was given. */
type Values<Specs extends Positionals | NamedOptions> = {
  [Name in keyof Specs as undefined extends Value<Specs[Name]> ? never : Name]: Value<Specs[Name]>
} & {
  [Name in keyof Specs as undefined extends Value<Specs[Name]> ? Name : never]?: Exclude<Value<Specs[Name]>, undefined>
}

export interface CommandSpec<P extends Positionals, O extends NamedOptions> {
  /** As yargs takes it: the name, then the positionals, `<needed>` or `[optional..]`. */
  command: string
  /** One line for the list of commands. */
  describe: string
  positionals: P
  options: O
  /** Command lines and what they do. */
  examples: readonly (readonly [string, string])[]
  /** What else is worth knowing, a paragraph each, at the end of the help. */
  notes?: readonly string[]
  /** Words that can stand as `word=value` among the arguments. */
  settings?: readonly string[]
  handler: (values: Values<P> & Values<O>) => Promise<void>
}

/** A command for yargs, along with the names that suggestions for misspelt ones are drawn from. */
export interface Command extends CommandModule {
  command: string
  options: NamedOptions
  settings: readonly string[]
}

/** Makes the yargs module of a command; options that are not given are looked for in the environment. */
export function defineCommand<const P extends Positionals, const O extends NamedOptions>(
  spec: CommandSpec<P, O>,
): Command {
  return {
    command: spec.command,
    describe: spec.describe,
    options: spec.options,
    settings: spec.settings ?? [],
    builder: (parser) => {
      for (const [name, positional] of Object.entries(spec.positionals)) parser.positional(name, positional)
      parser.options(spec.options)
      return parser.epilogue([examplesText(spec.examples), ...(spec.notes ?? [])].join('\n\n'))
    },
    handler: async (args) => {
      applyEnvironment(args, spec.options)
      const names = [...Object.keys(spec.positionals), ...Object.keys(spec.options)]
      const given = names.filter((name) => args[name] !== undefined).map((name) => [name, args[name]] as const)
      const twice = given.find(([name, value]) => Array.isArray(value) && name in spec.options)
      if (twice) throw new LayerRotationError('INVALID_CONFIG', `--${twice[0]} is given more than once`)
      await spec.handler(Object.fromEntries(given) as Values<P> & Values<O>)
    },
  }
}

/** yargs would set them in two columns, in which a command line is broken apart. */
export function examplesText(examples: readonly (readonly [string, string])[]): string {
  const lines = examples.map(([line, meaning]) => `  layer-rotation ${line}\n      ${meaning}`)
  return ['Examples:', ...lines].join('\n')
}
