import type { Vector } from '../../native/support/vectors.js'

/** The neurons of a layer: its weights in pieces of `size`. */
export function rows(weights: Vector, size: number): Float64Array[] {
  const all = new Float64Array(weights)
  return Array.from({ length: all.length / size }, (_, row) => all.subarray(row * size, (row + 1) * size))
}

export function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
