import { styleText } from 'node:util'
import { measuredAt } from '../../find-rate/measured-at.js'
import type { RateSearch, SearchEnd } from '../../find-rate/rate-search.js'
import { suggestionNames } from '../../find-rate/suggestions.js'
import { count, significant } from '../../numbers.js'
import { printable } from '../../printable.js'
import { shellWord } from '../../shell-word.js'
import { sparkline } from '../terminal/sparkline.js'
import { table } from '../terminal/table.js'

/** The digits of a suggested rate: more would claim more than the search tells. */
const digits = 3

const rounded = (rate: number): number => Number(rate.toPrecision(digits))

const curveColumns = 40

const ends: Record<SearchEnd, string> = {
  finished: 'all steps were made',
  lossRose: 'the smoothed loss rose above four times its least value',
  diverged: 'a step made the loss or a weight NaN or infinite',
}

/** A search in lines: its course, and the suggested rates with the angle and the rotation that the layers had there. */
export function describeSearch(search: RateSearch, experiment: string, settings: readonly string[]): string[] {
  const { suggestions, setting, rates, losses, planned, end } = search
  const range = rates.length === 0 ? '' : `, from ${significant(rates[0])} to ${significant(rates.at(-1))}`
  const lines = [
    `${styleText('bold', printable(search.experiment))}  ${count(losses.length, 'step')} of ${planned}${range}: ${ends[end]}`,
  ]
  const found = suggestionNames.filter((name) => suggestions[name] !== null)
  if (losses.length > 0) {
    const smoothed = Array.from(search.smoothedLosses, Math.log)
    lines.push(`loss      ${styleText('yellow', sparkline(smoothed, curveColumns))}`)
  }
  if (found.length === 0) {
    return [...lines, `${styleText('red', 'suggested')} none: the loss falls at no rate; try another range`]
  }
  const rows = found.map((name) => [name, ...numbersAt(search, suggestions[name]!)])
  const [chosen] = found
  const words = [experiment, ...settings, ...assignment(setting, suggestions[chosen!]!)]
  return [
    ...lines,
    '',
    ...table(
      [
        { title: 'suggested' },
        ...['learning rate', 'loss', 'angle (°)', 'rotation'].map((title) => ({ title, align: 'right' as const })),
      ],
      rows,
    ),
    '',
    `angle     that of one step, and rotation, that of all steps so far: means over ${count(search.layers.length, 'layer')}`,
    ...(setting === null
      ? []
      : [`train     layer-rotation run ${printable(words.map((word) => shellWord(word)).join(' '))}`]),
  ]
}

/** The words that set a rate. */
const assignment = (setting: string | null, rate: number): string[] =>
  setting === null ? [] : [`${setting}=${rounded(rate)}`]

/** The rate, and what was measured at the step whose rate is next to it. */
function numbersAt(search: RateSearch, rate: number): string[] {
  const { smoothedLoss, angle, rotation } = measuredAt(search, rate)
  const degrees = (angle * 180) / Math.PI
  return [
    String(rounded(rate)),
    significant(smoothedLoss),
    significant(Number(degrees.toPrecision(digits))),
    significant(Number(rotation.toPrecision(2))),
  ]
}
