import type { Options } from 'yargs'
import { LayerRotationError } from '../errors.js'

/** The names of a command's options, with their types. */
interface CommandOptions {
  command: string
  options: Readonly<Record<string, Options>>
}

/**
 * Refuses words that yargs takes for something else than was meant: an empty value, which a variable without a value leaves and
 * yargs takes for 0 or for the present folder; a value of an option that has none, which yargs takes for false; and an argument
 * of `completion`, which yargs ignores.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function checkWords(words: readonly string[], commands: readonly CommandOptions[]): void {
  const [name] = words
  const command = commands.find((candidate) => candidate.command.split(' ')[0] === name)
  const refuse = (problem: string) => {
    const help = command ? `layer-rotation ${name} --help` : 'layer-rotation --help'
    throw new LayerRotationError('INVALID_CONFIG', `${problem}\nSee ${help}`)
  }
  for (const [index, word] of words.entries()) {
    const [, option, value] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? []
    if (isBlank(word)) {
      const before = /^--([^=]+)$/.exec(words[index - 1] ?? '')?.[1]
      const isValue = before !== undefined && !isSwitch(before, command)
      refuse(
        isValue ? `--${before} is empty; expected a value` : `argument ${index + 1} is empty; leave it out, or name it`,
      )
    }
    if (option === undefined || value === undefined) continue
    if (isSwitch(option, command)) {
      if (isHelp(option) || !['true', 'false'].includes(value))
        refuse(`--${option} takes no value; found ${JSON.stringify(value)}`)
    } else if (isBlank(value)) refuse(`--${option} is empty; expected a value`)
  }
  if (name === 'completion' && words.length > 1 && !isHelp(words[1]!.replace(/^--/, ''))) {
    refuse(
      `completion takes no argument; found ${JSON.stringify(words[1])}. It prints the script for zsh if SHELL names zsh, and ` +
        'the one for bash otherwise; there is none for other shells',
    )
  }
}

const isBlank = (text: string): boolean => text.trim() === ''

const isHelp = (option: string): boolean => option === 'help' || option === 'version'

/** Tells whether an option has no value. */
function isSwitch(option: string, command: CommandOptions | undefined): boolean {
  return isHelp(option) || command?.options[option.replace(/^no-/, '')]?.type === 'boolean'
}
