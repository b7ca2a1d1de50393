/**
 * Holm's correction for many tests: with the corrected p-values, the chance that any true hypothesis is rejected stays below the
 * level at which each is tested.
 *
 * @param p p-values; null where there was no test
 * @returns the corrected ones, at most 1, in the same order
 */
export function holm(p: readonly (number | null)[]): (number | null)[] {
  const tested = p.flatMap((value, place) => (value === null ? [] : [{ value, place }]))
  tested.sort((a, b) => a.value - b.value)
  const corrected = new Array<number | null>(p.length).fill(null)
  let largest = 0
  for (const [i, { value, place }] of tested.entries()) {
    largest = Math.max(largest, Math.min(1, value * (tested.length - i)))
    corrected[place] = largest
  }
  return corrected
}
