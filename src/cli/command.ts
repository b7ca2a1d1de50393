import type { CommandModule, InferredOptionType, Options, PositionalOptions } from 'yargs'
import { applyEnvironment } from './options.js'

type Positionals = Readonly<Record<string, PositionalOptions>>
type NamedOptions = Readonly<Record<string, Options>>
type Value<Spec extends Options | PositionalOptions> = InferredOptionType<Spec>

/** The values that a handler receives: a key without demandOption and default is absent if the user did not give it. */
type Values<Specs extends Positionals | NamedOptions> = {
  [Name in keyof Specs as undefined extends Value<Specs[Name]> ? never : Name]: Value<Specs[Name]>
} & {
  [Name in keyof Specs as undefined extends Value<Specs[Name]> ? Name : never]?: Exclude<Value<Specs[Name]>, undefined>
}

export interface CommandSpec<P extends Positionals, O extends NamedOptions> {
  /** The name and the positionals in the syntax of yargs: `run <needed> [optional..]`. */
  command: string
  /** One line for the list of commands; false for one that only programs call, which the list leaves out. */
  describe: string | false
  positionals: P
  options: O
  /** Command lines, each with what it does. */
  examples: readonly (readonly [string, string])[]
  /** Paragraphs at the end of the help; a function where making one takes time. */
  notes?: readonly (string | (() => string))[]
  /** Words that can stand as `word=value` among the arguments. */
  settings?: readonly string[]
  handler: (values: Values<P> & Values<O>) => Promise<void>
}

/** A command for yargs, with the names from which a misspelt word gets its suggestion, and what the documentation prints. */
export interface Command
  extends CommandModule, Pick<CommandSpec<Positionals, NamedOptions>, 'positionals' | 'examples'> {
  command: string
  describe: string | false
  options: NamedOptions
  settings: readonly string[]
  notes: NonNullable<CommandSpec<Positionals, NamedOptions>['notes']>
}

/** Makes the yargs module of a command. Options and positionals that the command line lacks are taken from the environment. */
export function defineCommand<const P extends Positionals, const O extends NamedOptions>(
  spec: CommandSpec<P, O>,
): Command {
  return {
    command: spec.command,
    describe: spec.describe,
    positionals: spec.positionals,
    options: spec.options,
    settings: spec.settings ?? [],
    examples: spec.examples,
    notes: spec.notes ?? [],
    builder: (parser) => {
      for (const [name, positional] of Object.entries(spec.positionals)) parser.positional(name, positional)
      for (const [name, option] of Object.entries(spec.options)) parser.option(name, option)
      const notes = isHelp() ? (spec.notes ?? []) : []
      const paragraphs = notes.map((note) => (typeof note === 'string' ? note : note()))
      return parser.epilogue([examplesText(spec.examples), ...paragraphs].join('\n\n'))
    },
    handler: async (args) => {
      applyEnvironment(args, { ...spec.positionals, ...spec.options })
      const names = [...Object.keys(spec.positionals), ...Object.keys(spec.options)]
      const given = names.filter((name) => args[name] !== undefined).map((name) => [name, args[name]] as const)
      await spec.handler(Object.fromEntries(given) as Values<P> & Values<O>)
    },
  }
}

/** Only the help shows the notes; making some of them takes time, which other calls are spared. */
const isHelp = (): boolean => process.argv.includes('--help')

/** Formats examples in lines of their own: the two columns of yargs would break a command line apart. */
export function examplesText(examples: readonly (readonly [string, string])[]): string {
  const lines = examples.map(([line, meaning]) => `  layer-rotation ${line}\n      ${meaning}`)
  return ['Examples:', ...lines].join('\n')
}
