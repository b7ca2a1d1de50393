/** The arithmetic mean. */
export function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length
}

/** The mean of the values that are known, NaN if none is, and how many they are. */
interface KnownMean {
  mean: number
  known: number
}

/** The mean of all values but NaN, such as the rotation of a layer whose initial weights are 0. */
export function knownMean(values: ArrayLike<number>): KnownMean {
  const known = Array.from(values).filter((value) => !Number.isNaN(value))
  return { mean: mean(known), known: known.length }
}
