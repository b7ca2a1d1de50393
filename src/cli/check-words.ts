import type { Options } from 'yargs'
import { LayerRotationError } from '../errors.js'
import { everywhere, nameOf, unknownOption, type CommandNames } from './usage.js'

/** The names of a command's options, with their types. */
interface CommandOptions extends CommandNames {
  options: Readonly<Record<string, Options>>
}

/**
 * Refuses words that yargs takes for something else than was meant, and returns the words for yargs. These are refused: an empty
 * value, which a variable without a value leaves and yargs takes for 0 or for the present folder; a value of an option that has
 * none, which yargs takes for false; `--no-seed`, which yargs takes for a seed of false; an option that is given twice, which
 * yargs adds up if the second value is 1; the name of an argument as an option, and `-`, which yargs passes over. Words after `--` become arguments, as everywhere; yargs would drop them.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function checkWords(words: readonly string[], commands: readonly CommandOptions[]): string[] {
  const place = words.findIndex((word) => commands.some((candidate) => nameOf(candidate) === word))
  const command = commands.find((candidate) => nameOf(candidate) === words[place])
  const name = command ? nameOf(command) : words[0]
  const refuse = (problem: string) => {
    const help = command ? `layer-rotation ${name} --help` : 'layer-rotation --help'
    throw new LayerRotationError('INVALID_CONFIG', `${problem}\nSee ${help}`)
  }
  const end = words.includes('--') ? words.indexOf('--') : words.length
  const asksForHelp = words.slice(0, end).some((word) => word === '--help' || word === '--version')
  const given = new Set<string>()

  /** Checks an option; returns its name if the next word is its value. */
  function checkOption(word: string, index: number): string | undefined {
    const [, dashes, option = '', value] = /^(--?)([^=]*)(?:=(.*))?$/s.exec(word) ?? []
    if (isHelp(option)) {
      if (value !== undefined) refuse(`--${option} takes no value; found ${JSON.stringify(value)}`)
      return undefined
    }
    if (command === undefined) return undefined
    const negated = option.startsWith('no-') ? kebab(option.slice('no-'.length)) : undefined
    const known = negated ?? kebab(option)
    if (dashes !== '--' || !Object.hasOwn(command.options, known)) {
      const names = [...Object.keys(command.options), ...everywhere]
      if (!asksForHelp) refuse(unknownOption(word, words, names, command.settings))
      return undefined
    }
    if (command.options[known]!.type === 'boolean') {
      if (value !== undefined && value !== 'true' && value !== 'false') {
        refuse(`--${option} takes no value; found ${JSON.stringify(value)}`)
      }
      if (index < place) refuse(`--${option} stands before the command; expected layer-rotation ${name} --${option}`)
      return undefined
    }
    if (negated !== undefined) refuse(`--${known} has a value, so there is no --${option}; leave it out`)
    if (given.has(known)) refuse(`--${known} is given more than once`)
    given.add(known)
    if (value !== undefined && isBlank(value)) refuse(`--${option} is empty; expected a value`)
    return value === undefined ? option : undefined
  }

  let valued: string | undefined
  for (const [index, word] of words.entries()) {
    if (index === end) continue
    const owner: string | undefined = valued
    valued = undefined
    if (isBlank(word)) {
      const isValue = owner !== undefined
      refuse(
        isValue ? `--${owner} is empty; expected a value` : `argument ${index + 1} is empty; leave it out, or name it`,
      )
    }
    if (index > end) {
      if (word.startsWith('-'))
        refuse(`${word} stands after --, so it is no option; leave out --, or name a file ./${word}`)
    } else if (word === '-') {
      refuse('- is neither a file nor an option; nothing is read from the standard input')
    } else if (isOption(word)) valued = checkOption(word, index)
  }
  return words.filter((_, index) => index !== end)
}

/** Tells a word that begins with a dash from a negative number. */
const isOption = (word: string): boolean => /^-[^\d.]/.test(word)

const isBlank = (text: string): boolean => text.trim() === ''

const isHelp = (option: string): boolean => everywhere.includes(option)

/** `steps-per-epoch` for `stepsPerEpoch`, which yargs knows, too. */
const kebab = (option: string): string => option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
