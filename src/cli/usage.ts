import { LayerRotationError } from '../errors.js'
import { nearest, suggestion } from '../validation/nearest.js'

/** The names of a command that messages about wrong use need. */
export interface CommandNames {
  /** The name and the positionals, in the syntax of yargs. */
  command: string
  /** False for a command that only programs call. */
  describe?: string | false
  options: Readonly<Record<string, unknown>>
  /** Keys that can be set as `key=value` after the command. */
  settings?: readonly string[]
}

/** The options that every command has. */
export const everywhere: readonly string[] = ['help', 'version']

/**
 * The error for wrong use of the command line, made from the finding of yargs and the typed words. The messages of yargs do
 * not suggest the nearest option, and its `recommendCommands` prints the suggestion alone.
 */
export function usageError(
  found: string,
  words: readonly string[],
  commands: readonly CommandNames[],
): LayerRotationError {
  const name = words.find((word) => !word.startsWith('-'))
  const command = commands.find((candidate) => nameOf(candidate) === name)
  const help = command ? `layer-rotation ${nameOf(command)} --help` : 'layer-rotation --help'
  const sentence = command ? describe(found, command) : describeCommand(name, words, commands)
  return new LayerRotationError('INVALID_CONFIG', `${sentence}\nSee ${help}`)
}

function describeCommand(
  name: string | undefined,
  words: readonly string[],
  commands: readonly CommandNames[],
): string {
  const names = commands.filter(({ describe }) => describe !== false).map(nameOf)
  if (name !== undefined) return `There is no command ${JSON.stringify(name)}${suggestion(name, names)}`
  const option = words.find((word) => word.startsWith('-'))
  return option === undefined
    ? `The command is missing; expected one of ${names.join(', ')}.`
    : unknownOption(option, words, everywhere)
}

function describe(found: string, command: CommandNames): string {
  const unknown = /^Unknown arguments?: (.*)$/.exec(found)?.[1]?.split(', ')
  if (unknown !== undefined) return `${nameOf(command)} takes no further argument; found ${unknown.join(' ')}.`
  const valueless = /^Not enough arguments following: (.*)$/.exec(found)?.[1]
  if (valueless !== undefined) return `--${valueless} needs a value.`
  const choice = /Argument: (.*), Given: "(.*)", Choices: (.*)/.exec(found)
  if (choice !== null) {
    const [, , given = '', choices = ''] = choice
    const names = choices.replaceAll('"', '').split(', ')
    return `${nameOf(command)} does not know ${JSON.stringify(given)}${suggestion(given, names)}`
  }
  const got = /^Not enough non-option arguments: got (\d+)/.exec(found)?.[1]
  if (got !== undefined) {
    const needed = command.command.match(/<[^>]+>/g) ?? []
    return `${nameOf(command)} needs ${needed[Number(got)] ?? 'an argument'}.`
  }
  return found
}

/** The sentence on an option that is not there, with the nearest one or the setting that may be meant. */
export function unknownOption(
  word: string,
  words: readonly string[],
  options: readonly string[],
  settings: readonly string[] = [],
): string {
  const sentence = `There is no option ${dashed(word)}`
  const name = optionName(word)
  const near = nearest(name, options)
  if (near !== undefined) return `${sentence}; did you mean --${near}?`
  const [key = '', ...rest] = name.split('.')
  const setting = nearest(key, settings)
  if (setting === undefined) return `${sentence}.`
  const path = [setting, ...rest].join('.')
  return `${sentence}; settings of an experiment have no dashes: ${path}=${valueAfter(word, words)}`
}

/** The value of an option that was written as `--name=value` or `--name value`. */
function valueAfter(word: string, words: readonly string[]): string {
  const next = words[words.indexOf(word) + 1]
  return /=(.*)/s.exec(word)?.[1] ?? (next === undefined || /^-|=/.test(next) ? '…' : next)
}

/** The name of a command without its arguments. */
export function nameOf({ command }: CommandNames): string {
  return command.split(' ')[0]!
}

/** `--name=value` without its value. */
function dashed(word: string): string {
  return word.replace(/=.*/s, '')
}

/** The name that yargs reports for `--name=value`; `--no-name` keeps its no. */
function optionName(word: string): string {
  return dashed(word).replace(/^-+/, '')
}
