import { LayerRotationError } from '../errors.js'
import { splitAssignment, valueOf } from '../experiment/overrides.js'
import { mostPoints } from './combine.js'
import type { AxisValue } from './study-config.js'

/** An axis as it is written on the command line; a path with one value sets that of the experiment. */
export interface AxisWord {
  path: string
  values: AxisValue[]
}

/**
 * Parses an axis on the command line, `path=values`: values between commas, each YAML, a power such as `3^-3`, or a range of
 * whole numbers.
 *
 *     seed=1..5                            1, 2, 3, 4 and 5
 *     learningRate.initial=3^-2,3^-3       two rates
 *     learningRate.at=[80, 90],[50]        two lists
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export async function parseAxisWord(word: string): Promise<AxisWord> {
  const { path, text } = splitAssignment(word)
  const values: AxisValue[] = []
  for (const part of splitAtCommas(text)) {
    const range = /^\s*(-?\d{1,15})\.\.(-?\d{1,15})\s*$/.exec(part)
    if (range === null && triesRange.test(part)) throw noRange(part.trim(), word)
    if (range === null) values.push((await valueOf(part, word)) as AxisValue)
    else for (const number of wholeNumbers(Number(range[1]), Number(range[2]), word)) values.push(number)
  }
  return { path, values }
}

/** A value that begins like a number and has two dots in it. */
const triesRange = /^\s*[-+]?[\d.][^/]*\.\.[^/]*$/

function noRange(part: string, word: string): LayerRotationError {
  const message = `${word}: ${part} is no range; expected two whole numbers, such as 1..5, or the values one by one`
  return new LayerRotationError('INVALID_CONFIG', message)
}

function wholeNumbers(first: number, last: number, word: string): number[] {
  const length = last - first + 1
  if (length >= 1 && length <= mostPoints) return Array.from({ length }, (_, i) => first + i)
  const problem = length < 1 ? 'ends before it begins' : `has ${length} values; expected at most ${mostPoints}`
  throw new LayerRotationError('INVALID_CONFIG', `${word}: the range ${first}..${last} ${problem}`)
}

/** Splits at the commas outside of brackets, braces and quotes. */
function splitAtCommas(text: string): string[] {
  const parts = ['']
  let depth = 0
  let quote: string | undefined
  for (const character of text) {
    if (quote !== undefined) {
      if (character === quote) quote = undefined
    } else if (character === '"' || character === "'") quote = character
    else if ('[{'.includes(character)) depth++
    else if (']}'.includes(character)) depth--
    else if (character === ',' && depth === 0) {
      parts.push('')
      continue
    }
    parts.push(parts.pop()! + character)
  }
  return parts
}
