import type { StudyAxis } from '../../study/study-axes.js'
import { valueLabels } from '../../study/value-labels.js'
import { isRate } from '../../study/value-text.js'

/** The titles of the paper's axes as the authors write them. */
const titles: Readonly<Record<string, string>> = { alpha: 'α', rho: 'ρ(0)', rate: 'learning rate' }

/** An axis of some numbers, each once and ascending, that may be ours or published. */
export function numberAxis(name: string, numbers: readonly number[]): StudyAxis {
  const values = [...new Set(numbers)].sort((a, b) => a - b)
  return {
    name,
    title: titles[name] ?? name,
    values,
    labels: valueLabels(name, values),
    isNumeric: true,
    placeOf: ({ values: { [name]: value } }) => values.indexOf(value as number),
  }
}

/**
 * The places of at most so many ticks at round numbers: powers of three with whole exponents for rates, tenths for others. All
 * values have a tick if none is round.
 */
export function roundPlaces({ name, values }: StudyAxis, most: number): number[] {
  const units = values.map((value) => (isRate(name) ? Math.log(Number(value)) / Math.log(3) : 10 * Number(value)))
  const isWhole = (number: number) => Math.abs(number - Math.round(number)) < 1e-6
  const at = (step: number) => values.flatMap((_, place) => (isWhole(units[place]! / step) ? [place] : []))
  const fitting = [1, 2, 3, 4, 5, 6, 8].map(at).find((places) => places.length > 0 && places.length <= most)
  return fitting ?? values.map((_, place) => place)
}
