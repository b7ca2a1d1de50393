import { LayerRotationError } from '../../errors.js'
import { splitAssignment, valueOf } from '../../experiment/overrides.js'
import { parseAxisWord } from '../../study/axis-words.js'
import type { AxisValue } from '../../study/study-config.js'
import { candidatesBetween } from '../../tune/candidates.js'

const unitSeconds = { s: 1, m: 60, h: 3600, d: 86_400 }

/** The seconds of a time such as `90s`, `30m`, `1.5h` or `2d`. @throws {LayerRotationError} INVALID_CONFIG */
export function parseBudget(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)([smhd])$/.exec(text.trim()) ?? []
  const seconds = Number(number) * unitSeconds[unit as keyof typeof unitSeconds]
  if (seconds > 0) return seconds
  const message = `--budget is ${JSON.stringify(text)}; expected a time such as 90s, 30m or 2h`
  throw new LayerRotationError('INVALID_CONFIG', message)
}

/** The words of a tuning: candidates for one setting, and settings for all runs. */
interface TuneWords {
  setting: string | undefined
  values: AxisValue[] | undefined
  settings: string[]
}

/** A range of numbers, whole or not: `1e-4..1`, `3^-7..3^0`. */
const range = /^\s*(?<low>[-+]?\d[^,\s[\]{}]*?)\.\.(?<high>[^,\s[\]{}]+)\s*$/

/**
 * Tells the candidates among `path=value` words: the word with a range or with several values. The others are settings.
 *
 * @throws {LayerRotationError} INVALID_CONFIG for candidates of more than one setting
 */
export async function parseTuneWords(words: readonly string[]): Promise<TuneWords> {
  const candidates: { setting: string; values: AxisValue[] }[] = []
  const settings: string[] = []
  for (const word of words) {
    const { path, text } = splitAssignment(word)
    const { low, high } = range.exec(text)?.groups ?? {}
    if (low !== undefined && high !== undefined) {
      candidates.push({ setting: path, values: await candidatesOf(low, high, word) })
      continue
    }
    const { values } = await parseAxisWord(word)
    if (values.length > 1) candidates.push({ setting: path, values })
    else settings.push(word)
  }
  const [first, second] = candidates
  if (second !== undefined) {
    const message = `${first!.setting} and ${second.setting} both have candidates; expected those of one setting`
    throw new LayerRotationError('INVALID_CONFIG', message)
  }
  return { setting: first?.setting, values: first?.values, settings }
}

async function candidatesOf(low: string, high: string, word: string): Promise<number[]> {
  const [from, to] = [await valueOf(low, word), await valueOf(high, word)]
  return candidatesBetween(Number(from), Number(to), word)
}
