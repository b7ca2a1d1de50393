import { LayerRotationError } from '../errors.js'
import { nearest } from '../validation/nearest.js'

/** What the messages about wrong use need to know of a command. */
export interface CommandNames {
  /** As yargs takes it: the name, then the positionals. */
  command: string
  options: Readonly<Record<string, unknown>>
  /** Words that can stand as `word=value` after the command. */
  settings?: readonly string[]
}

const everywhere = ['help', 'version']

/**
 * The error for wrong use of the command line, from what yargs found and what was typed.
 *
 * yargs has messages of its own, but none that suggests the near option, and its `recommendCommands` prints the
 * suggestion alone; so its findings are put into words here.
 */
export function usageError(
  found: string,
  words: readonly string[],
  commands: readonly CommandNames[],
): LayerRotationError {
  const name = words.find((word) => !word.startsWith('-'))
  const command = commands.find((candidate) => nameOf(candidate) === name)
  const help = command ? `layer-rotation ${nameOf(command)} --help` : 'layer-rotation --help'
  const sentence = command ? describe(found, words, command) : describeCommand(name, words, commands)
  return new LayerRotationError('INVALID_CONFIG', `${sentence}\nSee ${help}`)
}

function describeCommand(
  name: string | undefined,
  words: readonly string[],
  commands: readonly CommandNames[],
): string {
  const names = [...commands.map(nameOf), 'completion']
  if (name !== undefined) return unknownWord('command', name, names)
  const option = words.find((word) => word.startsWith('-'))
  return option === undefined
    ? `A command is missing; there is ${names.join(', ')}.`
    : unknownOption(option, words, everywhere)
}

function describe(found: string, words: readonly string[], command: CommandNames): string {
  const unknown = /^Unknown arguments?: (.*)$/.exec(found)?.[1]?.split(', ')
  if (unknown !== undefined) {
    const option = words.find((word) => word.startsWith('-') && unknown.includes(optionName(word)))
    if (option === undefined) return `${nameOf(command)} takes no further argument, but was given ${unknown.join(' ')}.`
    return unknownOption(option, words, [...Object.keys(command.options), ...everywhere], command.settings)
  }
  const valueless = /^Not enough arguments following: (.*)$/.exec(found)?.[1]
  if (valueless !== undefined) return `--${valueless} needs a value.`
  const choice = /Argument: (.*), Given: "(.*)", Choices: (.*)/.exec(found)
  if (choice !== null) {
    const [, what = '', given = '', choices = ''] = choice
    return unknownWord(what, given, choices.replaceAll('"', '').split(', '))
  }
  if (found.startsWith('Not enough non-option arguments')) {
    return `${nameOf(command)} needs ${/<[^>]+>/.exec(command.command)?.[0] ?? 'an argument'}.`
  }
  return found
}

function unknownOption(
  word: string,
  words: readonly string[],
  options: readonly string[],
  settings: readonly string[] = [],
): string {
  const sentence = `Unknown option ${dashed(word)}.`
  const name = optionName(word)
  const near = nearest(name, options)
  if (near !== undefined) return `${sentence} Did you mean --${near}?`
  const [key = '', ...rest] = name.split('.')
  const setting = nearest(key, settings)
  if (setting === undefined) return sentence
  const path = [setting, ...rest].join('.')
  return `${sentence} Settings of the experiment are written without dashes: ${path}=${valueAfter(word, words)}`
}

/** What stands behind an option, as `--name=value` or as `--name value`. */
function valueAfter(word: string, words: readonly string[]): string {
  const next = words[words.indexOf(word) + 1]
  return /=(.*)/s.exec(word)?.[1] ?? (next === undefined || /^-|=/.test(next) ? '…' : next)
}

function unknownWord(what: string, word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates)
  if (near !== undefined) return `Unknown ${what} ${word}. Did you mean ${near}?`
  return `Unknown ${what} ${word}; there is ${candidates.join(', ')}.`
}

function nameOf({ command }: CommandNames): string {
  return command.split(' ')[0]!
}

/** `--name=value` without its value. */
function dashed(word: string): string {
  return word.replace(/=.*/s, '')
}

/** `--name=value` and `--no-name` as yargs reports them. */
function optionName(word: string): string {
  return dashed(word).replace(/^-+/, '')
}
