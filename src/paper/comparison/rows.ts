import type { Range, Source } from '../published/table.js'
import type { Quantity } from './quantities.js'
import { summarize, type Summary } from '../../study/statistics.js'
import { ranks } from './ranks.js'

/** The values of a training but its seed. */
export type GroupValues = Readonly<Record<string, string | number>>

/** The trainings that differ by their seed alone. */
export interface Group {
  values: GroupValues
  quantities: readonly Quantity[]
  /** The numbers of the runs that have finished, by seed and by the key of the quantity. */
  measured: ReadonlyMap<number, ReadonlyMap<string, number>>
}

/** One quantity of one group: ours beside the published one. */
export interface ComparisonRow {
  values: GroupValues
  quantity: string
  title: string
  digits: number
  /** null if no run has finished, or none has this number. */
  ours: Summary | null
  published: number | Range | null
  source: Source | null
  /** Ours less the published number, or its nearest bound; null if one is missing, and for trainings of another size. */
  difference: number | null
  /** Places among the rows of the task that have both numbers, 1 for the highest; null if this one lacks one. */
  ranks: { ours: number; published: number; of: number } | null
  /** Whether an effect has the published sign; null for other quantities, and where one is missing or 0. */
  sameSign: boolean | null
}

export interface ComparisonRules {
  /** The training with which the others are compared. */
  reference?: GroupValues | undefined
  /** True for trainings of another size than the published ones, whose order alone can be compared. */
  isScaled: boolean
}

const effect = { quantity: 'effect', title: 'effect: test accuracy less that of the reference (points)', digits: 2 }

/** Compares groups, quantity by quantity. */
export function comparisonRows(groups: readonly Group[], { reference, isScaled }: ComparisonRules): ComparisonRow[] {
  const rows = groups.flatMap((group) => {
    const own = group.quantities.map(({ key, title, digits, published, source }) => {
      const ours = summarize(Array.from(group.measured.values(), (numbers) => numbers.get(key) ?? NaN))
      return rowOf({ values: group.values, quantity: key, title, digits, ours, published, source })
    })
    const base = reference === undefined ? undefined : groups.find((other) => isReferenceOf(group, other, reference))
    return base === undefined ? own : [...own, effectRow(group, base)]
  })
  const ranked = withRanks(rows)
  return isScaled ? ranked.map((row) => ({ ...row, difference: null })) : ranked
}

type Numbers = Omit<ComparisonRow, 'difference' | 'ranks' | 'sameSign'>

function rowOf(numbers: Numbers): ComparisonRow {
  const { ours, published } = numbers
  const difference = ours === null || published === null ? null : distance(ours.mean, published)
  return { ...numbers, difference, ranks: null, sameSign: null }
}

function distance(ours: number, published: number | Range): number {
  if (typeof published === 'number') return ours - published
  const [low, high] = published
  return ours < low ? ours - low : Math.max(0, ours - high)
}

/** Tells whether `other` is the reference of a group, and not the group itself. */
function isReferenceOf(group: Group, other: Group, reference: GroupValues): boolean {
  const expected = { ...group.values, ...reference }
  return other !== group && Object.entries(expected).every(([axis, value]) => other.values[axis] === value)
}

/** The difference to the reference in test accuracy, seed by seed. */
function effectRow(group: Group, base: Group): ComparisonRow {
  const differences = Array.from(group.measured, ([seed, numbers]) => {
    const before = base.measured.get(seed)?.get('testAccuracy')
    return (numbers.get('testAccuracy') ?? NaN) - (before ?? NaN)
  })
  const [of, to] = [group, base].map(({ quantities }) => quantities.find(({ key }) => key === 'testAccuracy'))
  const isKnown = typeof of?.published === 'number' && typeof to?.published === 'number'
  const published = isKnown ? Number(((of.published as number) - (to.published as number)).toFixed(4)) : null
  const ours = summarize(differences)
  const source = isKnown ? sumOf(of.source, to.source) : null
  const row = rowOf({ values: group.values, ...effect, ours, published, source })
  const signs = [ours?.mean ?? 0, published ?? 0].map(Math.sign)
  return { ...row, sameSign: signs.includes(0) ? null : signs[0] === signs[1] }
}

/** The source of a difference: its errors add up. */
const sumOf = (a: Source | null, b: Source | null): Source | null =>
  a === null || b === null ? null : { kind: a.kind, error: a.error + b.error }

function withRanks(rows: readonly ComparisonRow[]): ComparisonRow[] {
  const sets = new Map<string, ComparisonRow[]>()
  for (const row of rows) {
    if (row.ours === null || typeof row.published !== 'number') continue
    const set = JSON.stringify([row.values['task'], row.quantity])
    sets.set(set, [...(sets.get(set) ?? []), row])
  }
  const places = new Map<ComparisonRow, ComparisonRow['ranks']>()
  for (const set of sets.values()) {
    const ours = ranks(set.map((row) => row.ours!.mean))
    const published = ranks(set.map((row) => row.published as number))
    set.forEach((row, i) => places.set(row, { ours: ours[i]!, published: published[i]!, of: set.length }))
  }
  return rows.map((row) => ({ ...row, ranks: places.get(row) ?? null }))
}
