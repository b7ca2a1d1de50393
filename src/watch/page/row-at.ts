import type { Column } from './tables.js'

/** The row whose position is nearest; the last one if there is no position. */
export function rowAt(positions: Column, at: number | undefined): number {
  let [low, high] = [0, positions.length - 1]
  if (at === undefined) return high
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (positions[middle]! <= at) low = middle
    else high = middle
  }
  return high > low && at - positions[low]! > positions[high]! - at ? high : low
}
