import { LayerRotationError } from '../../errors.js'
import { suggestion } from '../../validation/nearest.js'
import { reservedOptions, sbatchOptions } from './sbatch-options.js'

/** An option of sbatch; null for one without a value. */
export interface SbatchOption {
  name: string
  value: string | null
}

/** The most characters of a value. */
const longest = 1000

/**
 * The shortest time that a task may ask for, in seconds: Slurm warns it two to three minutes before the end, and one that were
 * warned at its start would be queued again and again.
 */
const shortestTime = 300

/**
 * Parses options of sbatch, by their long names without the dashes, between commas. A value with commas stands in brackets or
 * in double quotes.
 *
 *     partition=gpu,gpus=1,time=02:00:00,exclusive,exclude=n[1-3,7],mail-type="END,FAIL"
 *
 * @throws {LayerRotationError} INVALID_CONFIG for options that sbatch does not have, that the script sets itself, that stand
 *   twice, and for values with quotes, backslashes, `$`, `;`, `<`, `>`, backticks or control characters
 */
export function parseSbatchOptions(text: string): SbatchOption[] {
  const options = parts(text).map(parseOption)
  const twice = options.find(({ name }, i) => options.findIndex((other) => other.name === name) !== i)
  if (twice !== undefined) throw refusal(`${twice.name} is given more than once; expected it once`)
  return options
}

/** Splits at the commas outside of brackets and double quotes. */
function parts(text: string): string[] {
  return text.match(/(?:"[^"]*"|\[[^\]]*\]|[^,])+|(?<=^|,)(?=,|$)/g) ?? ['']
}

function parseOption(part: string): SbatchOption {
  const [, word = '', , rest] = /^([^=]*)(=(.*))?$/s.exec(part)!
  const name = word.trim().replace(/^--/, '')
  const reserved = reservedOptions.get(name)
  if (reserved !== undefined) throw refusal(`${name} cannot be chosen: ${reserved}`)
  const kind = sbatchOptions.get(name)
  if (kind === undefined) throw unknownName(name)
  if (rest === undefined) {
    if (kind === 'needed') throw refusal(`${name} needs a value: ${name}=…`)
    return { name, value: null }
  }
  if (kind === 'none') throw refusal(`${name} takes no value; found ${JSON.stringify(rest)}`)
  return { name, value: checkedValue(name, /^"(.*)"$/s.exec(rest)?.[1] ?? rest) }
}

function unknownName(name: string): LayerRotationError {
  if (name === '') return refusal('an option is empty; expected name=value, such as partition=gpu')
  const hint = suggestion(name, [...sbatchOptions.keys()])
  const advice = hint.startsWith('; did') ? hint : '; see sbatch --help, and put a value with commas in double quotes'
  return refusal(`sbatch has no option ${JSON.stringify(name)} for this${advice}`)
}

function checkedValue(name: string, value: string): string {
  if (value.trim() === '') throw refusal(`${name} is empty; expected a value`)
  if (value.length > longest) {
    throw refusal(`${name} has ${value.length} characters; expected at most ${longest}`)
  }
  const wrong = /[\p{Cc}\u2028\u2029"'`$\\;<>]/u.exec(value)?.[0]
  if (wrong !== undefined) throw refusal(`${name} contains ${JSON.stringify(wrong)}; expected a value without it`)
  const seconds = name === 'time' ? secondsOf(value) : undefined
  if (seconds !== undefined && seconds > 0 && seconds < shortestTime) {
    throw refusal(
      `time is ${value}; expected at least 00:05:00, because Slurm may warn a task three minutes before its end`,
    )
  }
  return value
}

/**
 * The seconds of a time as Slurm writes it: minutes, minutes:seconds, hours:minutes:seconds, days-hours, days-hours:minutes or
 * days-hours:minutes:seconds. Undefined for other words, such as UNLIMITED, which sbatch knows or refuses.
 */
function secondsOf(time: string): number | undefined {
  const [, days, clock] = /^(?:(\d+)-)?(\d+(?::\d+){0,2})$/.exec(time) ?? []
  if (clock === undefined) return undefined
  const numbers = clock.split(':').map(Number)
  const [hours = 0, minutes = 0, seconds = 0] = days !== undefined || numbers.length === 3 ? numbers : [0, ...numbers]
  return ((Number(days ?? 0) * 24 + hours) * 60 + minutes) * 60 + seconds
}

const refusal = (problem: string) => new LayerRotationError('INVALID_CONFIG', `--slurm: ${problem}`)
