/** The range of some numbers with a margin of 4 %, within bounds; some range if there is no number, or one only. */
export function valueRange(values: readonly number[], [least, most]: readonly [number, number]): [number, number] {
  const low = values.reduce((a, b) => Math.min(a, b), Infinity)
  const high = values.reduce((a, b) => Math.max(a, b), -Infinity)
  if (low > high) return [least, most]
  const margin = low === high ? 0.02 * (most - least) : 0.04 * (high - low)
  return [Math.max(least, low - margin), Math.min(most, high + margin)]
}

/** Accuracies in percent lie within. */
export const percents = [0, 100] as const

/** Cosine distances lie within. */
export const cosineDistances = [0, 2] as const
